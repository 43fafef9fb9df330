"""Marks a folder of submissions: `python -m gradlab_course.marking`, for teachers.

whole_class     all submissions of a class: which to mark, results, tables and report
folders         finds each student's notebook
workers         worker processes, which mark several submissions at once
course          one submission, from notebook to feedback, in a course folder of nbgrader's
submissions     parses a submission and repairs it
preprocessor    executes the student's cells in a kernel of their own, and the tests in the marker
sandbox         the kernel; proxies stand for its functions; student_copy is the library that it imports
gradebook       nbgrader's gradebook and converters
outputs, sanitise, replacements, unread, feedback, reports    what students and teachers read
"""
