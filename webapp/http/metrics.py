"""Numbers for Prometheus, counted in the database when asked, so that any web host gives the same answer.

Loaded when somebody asks: most installations never do.
"""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from werkzeug.wrappers import Response

from webapp.db import session

from .health import GAUGES


class _Counted:
    """Reads each gauge at the moment of asking."""

    def collect(self) -> list[GaugeMetricFamily]:
        """One family for each query: label value and count."""
        families = []
        for name, (words, label, query) in GAUGES.items():
            family = GaugeMetricFamily(name, words, labels=[label])
            for row in session.execute(query):
                family.add_metric([str(row[0])], row[1])
            families.append(family)
        return families


def exposition() -> Response:
    """All gauges in the text format."""
    registry = CollectorRegistry()
    registry.register(_Counted())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
