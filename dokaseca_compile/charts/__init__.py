"""Local charts: the values and schemas that they ship, and checks of the platform's values."""

from __future__ import annotations

from dokaseca_compile.charts.cache import (
    CHARTS,
    FOLDERS,
    Charts,
    built_in,
    chart_files,
)
from dokaseca_compile.charts.chart import Chart, ChartError

__all__ = [
    "CHARTS",
    "FOLDERS",
    "Chart",
    "ChartError",
    "Charts",
    "built_in",
    "chart_files",
]
