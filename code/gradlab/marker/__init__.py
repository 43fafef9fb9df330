"""Marking a folder of submissions: `python -m gradlab.marker.grade`, for teachers."""
