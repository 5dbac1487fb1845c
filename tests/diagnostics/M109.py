from decimal import Decimal

from gateway.mapping.functions import converter


@converter("my.cents", reads="decimal", examples=[("1250", Decimal("12.50"))])
class Cents:
    def read(self, text, at):
        return Decimal(text) / 10

    def write(self, value, at):
        return str(int(value * 100))


@converter("my.kind", reads="text", examples=[("A", "order")])
class Kind:
    def read(self, text, at):
        return {"A": "order"}[text]

    def write(self, value, at):
        return {"order": "A"}[value]
