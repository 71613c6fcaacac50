"""A question in, a frozen result out: a tidy frame, the facts a reader needs, and caveats."""
