"""The student's process while a notebook is marked: how it is started, limited, and asked.

launcher    starts the kernel and limits it; says what is covered, and what is not
linux       the operating system's own limits
protocol    how values travel between the kernel and the marker
"""
