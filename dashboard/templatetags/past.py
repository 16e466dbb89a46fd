"""The part of a page that shows a past moment."""

from contextlib import nullcontext

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token

from common import clock

register = template.Library()


class _Lived(template.Node):
    """Draws what it holds with the clock of the portal at the moment, or now where there is none."""

    def __init__(self, moment: FilterExpression, nodelist: NodeList) -> None:
        self.moment, self.nodelist = moment, nodelist

    def render(self, context: template.Context) -> str:
        moment = self.moment.resolve(context)
        with clock.at(moment.instant) if moment else nullcontext():
            return self.nodelist.render(context)


@register.tag
def lived(parser: Parser, token: Token) -> _Lived:
    """``{% lived past %}…{% endlived %}``: lateness and days inside are counted at the moment `past`, if any.

    The frame of the page stays outside: what waits for the reader, waits today.
    """
    _name, moment = token.split_contents()
    nodelist = parser.parse(("endlived",))
    parser.delete_first_token()
    return _Lived(parser.compile_filter(moment), nodelist)
