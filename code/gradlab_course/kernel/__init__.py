"""The student's process while a notebook is marked: how it is started, limited, and asked."""
