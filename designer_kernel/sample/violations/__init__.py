"""Constraints put to the test: for each, the row that just satisfies it and the row that just breaks it."""

from designer_kernel.sample.violations.report import Finding, Violations
from designer_kernel.sample.violations.run import violations

__all__ = ["Finding", "Violations", "violations"]
