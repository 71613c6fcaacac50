"""How many decimals does a currency have where amounts are written in its smallest unit?

As payment providers write them (Stripe's API): two, but for those named here. Króna and Ugandan
shilling have no decimals of their own and are yet written in hundredths.
"""

from __future__ import annotations

NO_DECIMALS = (
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
    "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
)  # fmt: skip
THREE_DECIMALS = ("BHD", "JOD", "KWD", "OMR", "TND")
