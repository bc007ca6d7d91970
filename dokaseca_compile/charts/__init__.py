"""Local charts: the values and schemas that they ship, and checks of the platform's values."""

from __future__ import annotations

from dokaseca_compile.charts.cache import (
    CHARTS,
    FOLDERS,
    IMAGE_DIGEST,
    WEB_SERVICE,
    Charts,
    built_in,
    chart_files,
)
from dokaseca_compile.charts.chart import Chart, ChartError

__all__ = [
    "CHARTS",
    "FOLDERS",
    "IMAGE_DIGEST",
    "WEB_SERVICE",
    "Chart",
    "ChartError",
    "Charts",
    "built_in",
    "chart_files",
]
