"""Traffic between pods and from outside, and an exact count of what of it was lost.

with traffic.measure(lab) as measurement:
    ...
measurement.report.lost
"""

from lab.traffic.measurement import Measurement, measure
from lab.traffic.report import FlowReport, Report

__all__ = ['FlowReport', 'Measurement', 'Report', 'measure']
