"""Builds the book from notebooks and docstrings: `python -m gradlab_course.book`.

sphinx_ext    what Jupyter Book lacks: fresh outputs, citations as plain links, light pages
reference     a page for each module of the library; equations reads their equations, listings cuts up their source,
              twins links to what they agree with
names         links from names in chapters to their entries in the reference
course        what instructors ask first, computed from the notebooks; citations where each source is cited
formulas      typesets all formulas when the book is built, in the font of mathfont
heads         what a page says of itself where it is found or shared; cards draws the picture for it, with pictures
dates         when a page was last changed; reports where to say what is wrong in it
missing       the page for an address that leads nowhere
search        what readers search: sections and members, and what the words for them are
downloads     the exercises, to take away; offline is the whole book as a zip, and offers what there is to download
stylesheet    one style sheet for the site, without the rules that no page uses
"""
