"""The editions of the exercises, made from the sources: `python -m gradlab_course.editions EDITION`.

student       the notebooks that students work in, pages of the book (by `exercises`)
instructor    the book with solutions, hidden tests, rubrics and points, as a site and as PDFs
public        this repository without solutions and hidden tests
pdf           the chapters as one PDF (by `paper`)

mistakes_page and shading are parts of the instructor edition; the module pdf prints.
"""
