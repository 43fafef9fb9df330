"""The editions of the exercises, made from the sources: `python -m gradlab_course.editions EDITION`.

student       the notebooks that students work in, pages of the book (by `exercises`)
instructor    the book with solutions, hidden tests, rubrics and points, as a site and as PDFs
public        this repository without solutions and hidden tests

mistakes_page, shading and pdf are parts of the instructor edition.
"""
