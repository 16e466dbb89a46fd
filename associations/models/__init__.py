"""What the associations plan and do."""

from associations.models.roadmap import Milestone

__all__ = ["Milestone"]
