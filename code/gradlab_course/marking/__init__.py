"""Marking a folder of submissions: `python -m gradlab_course.marking`, for teachers."""
