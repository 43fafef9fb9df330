"""A Sphinx extension: buttons that open or download a page's notebook, and the exercises as a zip in the built site."""

from pathlib import Path, PurePosixPath

from gradlab_course.exercises import EXERCISES, SOURCES, zipped

ZIP = (EXERCISES / "gradlab-exercises.zip").as_posix()
JUPYTER_BOOK = "https://github.com/executablebooks/jupyter-book"
BUTTON = '<a class="sd-btn sd-btn-outline-primary" href="{}"{}>{}</a>'


def add_buttons(app, pagename, templatename, context, doctree):
    """Put the buttons under the title of a page that is a notebook, and of the exercises' own."""
    if doctree is None or "body" not in context:
        return
    is_notebook = context["page_source_suffix"] == ".ipynb"
    folders = [parent.as_posix() for parent in PurePosixPath(pagename).parents]
    is_of_exercises, is_withheld = EXERCISES.as_posix() in folders, SOURCES.as_posix() in folders
    resource, buttons = context["pathto"], []
    if is_notebook:
        launchers = _launchers(context)  # this also takes them out of the theme's bar
        if not is_withheld:  # Colab and Binder fetch the notebook from the public repository
            buttons += [BUTTON.format(item["url"], "", f"Open in {item['text']}") for item in launchers]
        notebook = resource(f"_sources/{context['sourcename']}", 1)
        buttons.append(BUTTON.format(notebook, " download", "Download the notebook"))
    if is_of_exercises:
        buttons.append(BUTTON.format(resource(ZIP, 1), " download", "All exercises (zip)"))
    if buttons:
        row = f'<p class="downloads">{" ".join(buttons)}</p>'
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{row}", 1)


def _launchers(context):
    """The theme's links to Colab and Binder, Colab first: it starts in seconds."""
    groups = [group for group in context["header_buttons"] if "launch" in group.get("label", "")]
    items = [item for group in groups for item in group["buttons"]]
    context["header_buttons"] = [group for group in context["header_buttons"] if group not in groups]
    return sorted(items, key=lambda item: item["text"], reverse=True)


def write_zip(app, exception):
    """Write the zip of the notebooks that are pages, and of no others."""
    if exception or app.builder.format != "html":
        return
    pages = (app.env.doc2path(name) for name in app.env.found_docs if name.startswith(f"{EXERCISES.as_posix()}/"))
    notebooks = [path for path in map(Path, pages) if path.suffix == ".ipynb"]
    if notebooks:
        (Path(app.outdir) / ZIP).write_bytes(zipped(notebooks, *repository(app.config)))


def forget_default(app, config):
    """Take out the repository of Jupyter Book itself, which it names when _config.yml has no `repository`.

    With it go the settings of the launch buttons, since the theme cannot make these without a repository.
    """
    if config.html_theme_options.get("repository_url") in ("", JUPYTER_BOOK):
        for name in ("repository_url", "repository_branch", "launch_buttons"):
            config.html_theme_options.pop(name, None)


def repository(config):
    """The address and the branch of the repository, as _config.yml says; an empty address if it does not."""
    told = config.html_theme_options
    return told.get("repository_url") or "", told.get("repository_branch") or "main"


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", forget_default)
    app.connect("html-page-context", add_buttons, priority=600)  # once the theme has its own
    app.connect("build-finished", write_zip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
