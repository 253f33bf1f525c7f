"""What a coupon takes off."""

import subprocess


def discount(formula, total):
    """The formula of a coupon, as in "total * 0.1"."""
    return eval(formula, {"total": total})


def print_coupon(code):
    """On the shop's printer."""
    subprocess.run(f"echo {code} | lpr", shell=True)
