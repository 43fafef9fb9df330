"""The page of feedback, after nbgrader has made it: readable on a phone, and honest about what nobody has read yet."""

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


def finished(page, grades):
    """A page of feedback with styles for narrow screens, and with words where points would mislead.

    page     HTML that nbgrader's template made
    grades   what `gradebook.score` gave
    """
    page = page.replace("</head>", HEAD, 1)
    waiting = {name: most for name, (points, most, waits) in grades.items() if waits and not points}
    for name in waiting:
        # In the contents, and above the answer. Only the template makes such links: a student's HTML is shown as text.
        for place in (rf'<a href="#{re.escape(name)}">[^<]*</a> \(', rf'<a name="{re.escape(name)}"></a>.{{0,300}}?'):
            page = re.sub(f"({place}){SCORE}", r"\1Not marked yet, up to \2", page, count=1, flags=re.S)
    if waiting:
        words = rf"\g<0>, {sum(waiting.values()):g} of them not marked yet"
        page = re.sub(SCORE, words, page, count=1)  # the sum, in the title
    return page
