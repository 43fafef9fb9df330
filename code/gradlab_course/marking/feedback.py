"""Improves the page of feedback that nbgrader made: styles for phones, and a note on answers not yet marked by hand."""

import re

HEAD = """\
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
div.nbgrader_cell .panel-heading { height: auto; overflow: hidden; }
.rendered_html { overflow-wrap: anywhere; }
div.input_area, div.output_subarea, .rendered_html table, .rendered_html pre { max-width: 100%; overflow-x: auto; }
@media (max-width: 767px) {
  body { padding: 0; }
  .container, div#notebook, div#notebook-container, .panel-body { padding: 6px; }
  .panel-heading h4 { overflow-wrap: anywhere; }
  div.cell, div.input, div.output_area { display: block; }
  div.prompt { display: none; }
  .panel-heading .pull-right { float: none !important; display: block; }
  div.output_subarea pre { white-space: pre-wrap; }
  .rendered_html img { max-width: 100%; height: auto; }
}
</style>
</head>"""
SCORE = r"Score: [\d.]+ / ([\d.]+)"


def finished(page, scores):
    """A page of feedback with styles for narrow screens, and "not marked yet" instead of 0 points where that is true.

    page     HTML that nbgrader's template made
    scores   scores of the student, from `gradebook.score`
    """
    page = page.replace("</head>", HEAD, 1)
    unmarked = {name: most for name, (points, most, is_unmarked) in scores.items() if is_unmarked and not points}
    for name in unmarked:
        # The score stands in the table of contents, and above the answer. Only the template can make the links beside
        # it: a student's HTML is shown as text.
        in_contents, above = (
            rf'<a href="#{re.escape(name)}">[^<]*</a> \(',
            rf'<a name="{re.escape(name)}"></a>.{{0,300}}?',
        )
        for before in (in_contents, above):
            page = re.sub(f"({before}){SCORE}", r"\1Not marked yet, up to \2", page, count=1, flags=re.S)
    if unmarked:
        words = rf"\g<0>, {sum(unmarked.values()):g} of them not marked yet"
        page = re.sub(SCORE, words, page, count=1)  # the first score is the sum, in the title
    return page
