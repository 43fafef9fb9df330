"""A Sphinx extension: the exercises to take away, as a zip in the built site and by buttons on their pages."""

from pathlib import Path, PurePosixPath

from gradlab_course.exercises import EXERCISES, zipped

ZIP = (EXERCISES / "gradlab-exercises.zip").as_posix()
BUTTON = '<a class="sd-btn sd-btn-outline-primary" href="{}" download>{}</a>'


def add_buttons(app, pagename, templatename, context, doctree):
    """Put the buttons under the title of a page of exercises."""
    if doctree is None or EXERCISES.as_posix() not in map(str, PurePosixPath(pagename).parents):
        return
    resource = context["pathto"]
    buttons = [BUTTON.format(resource(ZIP, 1), "All exercises (zip)")]
    if context["page_source_suffix"] == ".ipynb":
        buttons.insert(0, BUTTON.format(resource(f"_sources/{context['sourcename']}", 1), "This notebook"))
    downloads = f'<p class="downloads">Download: {" ".join(buttons)}</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{downloads}", 1)


def write_zip(app, exception):
    """Write the zip of the notebooks that are pages, and of no others."""
    if exception or app.builder.format != "html":
        return
    pages = (app.env.doc2path(name) for name in app.env.found_docs if name.startswith(f"{EXERCISES.as_posix()}/"))
    notebooks = [path for path in map(Path, pages) if path.suffix == ".ipynb"]
    if notebooks:
        told = app.config.html_theme_options  # of `repository` in _config.yml
        (Path(app.outdir) / ZIP).write_bytes(zipped(notebooks, told["repository_url"], told["repository_branch"]))


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", add_buttons)
    app.connect("build-finished", write_zip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
