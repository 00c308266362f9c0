"""What an order costs."""

from decimal import Decimal

TAX = Decimal("0.19")
CENT = Decimal("0.01")


def order_amounts(qty, rate):
    """(net, tax, total) in the shop's currency, rounded to cents; ten pieces or more are 5 % off."""
    net = Decimal(qty) * Decimal(rate)
    if qty >= 10:
        net *= Decimal("0.95")
    net = net.quantize(CENT)
    tax = (net * TAX).quantize(CENT)
    return net, tax, net + tax
