"""Texts that want to be run: as Python, as a shell's words, as YAML, as a path.

Every code payload, once run by anybody, makes the file ``canary`` or sets the variable `FLAG`: so
"nothing ran" can be looked at.
"""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

from itertools import product

FLAG = "WB_CANARY"

_BREAKERS = (
    '"', "'", '"""', "'''", '\\"', "\\'", '\\\\"', "\n", "\r", "\r\n", "\u2028", "\u2029", "\x85",
    "\x0b", "\x0c", "\x1c", "\x00", "#\n", "\\\n", ")\n", "]\n", "}\n", "\N{DOUBLE PRIME}", "\u202e",
)  # fmt: skip


def code_payloads(canary: str) -> list[str]:
    """Values that try to leave a text and run."""
    runs = (
        f"open({canary!r}, 'w').close()",
        f"__import__('os').system('touch {canary}')",
        f"__import__('os').environ.__setitem__('{FLAG}', '1')",
    )
    broken = [
        text
        for run, out in product(runs, _BREAKERS)
        for text in (f"{out}\n{run}\n#{out}", f"{out}+{run}+{out}", f"{out};{run};{out}")
    ]
    return broken + [text for run in runs for text in _wrapped(run, canary)]


def _wrapped(run: str, canary: str) -> list[str]:
    """The same as other languages would take it: shells, magics, templates, formats, YAML, JSON."""
    return [
        run, f"(lambda: {run})()", f"[{run}]", f"{{{run}}}", f"eval({run!r})", f"exec({run!r})",
        f"f'{{{run}}}'", f"{{{{ {run} }}}}", f"{{% print({run}) %}}", f"${{{run}}}", f"#{{{run}}}",
        f"!touch {canary}", f"%system touch {canary}", f"%%bash\ntouch {canary}", f"?{run}",
        f"%run {canary}", f"\n%%python\n{run}\n", f"$(touch {canary})", f"`touch {canary}`",
        f"; touch {canary}", f"| touch {canary}", f"&& touch {canary}", f"> {canary}",
        f"\ntouch {canary}\n", f"--force;touch {canary}", f"-c {run}", f"%(touch)s {run}",
        f"{{0.__class__.__init__.__globals__}} {run}", f"{{period.__class__}}/../../{run}",
        f"!!python/object/apply:os.system ['touch {canary}']",
        f"!!python/object/new:os.system ['touch {canary}']", f"!!python/name:os.system {run}",
        f"cos\nsystem\n(S'touch {canary}'\ntR.", f'{{"__reduce__": ["os.system", "{canary}"]}}',
        f"seed = {run}", f"seed: int = {run}", f"=cmd|'/C touch {canary}'!A0", f"{run} # comment",
        f"x\\\n{run}", f"\t{run}", f"    {run}", f"\ufeff{run}", f"\udc80{run}", f"{run}\x00",
        f"\\x22;{run}#", f"\\u0022;{run}#", f"\\N{{QUOTATION MARK}};{run}#", f"\\042;{run}#",
        f"\\{{{run}}}", f"'%s' % {run}", f"{run}" * 50,
    ]  # fmt: skip


def hostile_names(canary: str) -> list[str]:
    """Names of parameters that would be code where a name is written down as it is."""
    run = f"open({canary!r}, 'w').close()"
    shapes = (
        "seed\n{run}\nx", "seed;{run};x", "seed = 1\n{run}\nx", "{run}", "x, y = {run}, 1\nz",
        "seed: {run}", "x[{run}]", "x.__class__", "(x := {run})", "import os as seed", "*x", "**x",
        "seed #\n{run}\nx", "seed\r{run}\rx", "seed\u2028{run}\u2028x", "seed\x0c{run}", "%time x",
        "!touch {canary}\nx", "lambda: {run}", "def f(): {run}\nx", "del seed\n{run}\nx", "seed\x00",
        "seed\\", "seed'", 'seed"', "seed`", "$seed", "{{seed}}", "{seed}", "seed{{0}}", "@x\nseed",
        "if 1: {run}\nx", "for _ in {run}: x", "with {run} as x", "assert {run}, x", "yield {run}",
        "__builtins__", "__import__", "__name__", "__class__", "_", "None", "True", "class", "print",
        "exec", "eval", "open", "get_ipython", "exit", "quit", "input", "Workspace", "page", "Page",
        "seed.x", "seed[0]", "se\u0301ed", "s\u200beed", "\uff53eed", "ѕeed", "SEED", "Seed", "seed ",
        "seed\t", "../seed", "/seed", "seed/x", "seed:x", "x" * 5000, "seed_" * 3000, "😡", "\ud800",
        "\udcff", "-p", "--force", "--workspace", "<script>alert(1)</script>", "'; DROP TABLE x; --",
        "password", "api_key", "token", "notebook", "pm", "pm.run_uuid", "kernel", "run_id", "1seed",
        "workspace.x", "period\n", "period;x", "by\n{run}", "n_drivers\n{run}", "min_n\\\n{run}",
    )  # fmt: skip
    filled = [s.replace("{run}", run).replace("{canary}", canary) for s in shapes]
    return list(dict.fromkeys(name for name in filled if name.strip() not in _DECLARED))


_DECLARED = {"seed", "period", "by", "n_drivers", "min_n", "workspace"}

PATHS = [
    "../../x", "..", ".", "/", "/etc/passwd", "2025-06/../../../x", "2025-06/..", "..\\..\\x",
    "2025-06\x00", "{period}", "{by}", "{0}", "{pm[run_uuid]}", "{seed.__class__}", "%2e%2e%2fx",
    "2025-06/", "/2025-06", "~", "~root", "$HOME", "2025-06;x", "C:\\x", "CON", "2025-06.", "a/b",
    "\u2024\u2024/x", "２０２５-06", "2025-06..2025-07", "2025-06../x", "file:///etc/passwd", "-", "",
    "s3://bucket/x", "https://evil.example/x", "-rf", "*", "?", ".staging-x", "index.html", "\ud800",
]  # fmt: skip
