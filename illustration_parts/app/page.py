"""The app's page, in Gradio: pictures, a task and its options on the left, results on the right."""

import inspect

import gradio as gr
import numpy as np

from illustration_parts import tasks
from illustration_parts.app import controls, work

TITLE = "Illustration parts"
LINE = "work"  # whoever runs something waits in this one line
FONTS = ["system-ui", "sans-serif"]  # of the computer: others would be fetched from elsewhere
MONO = ["ui-monospace", "monospace"]
COLOURS = [
    "#f5d0b5", "#7a4a2a", "#2b2118", "#f2d25c", "#c8413b", "#e88aa4", "#3f6fb5", "#8ec5e8", "#4f8a4b", "#6b4a86",
    "#9a9a9a", "#ffffff",
]  # fmt: skip
SHEET_HEIGHT = 640  # pixels
# Pasted pictures are added as dropped ones are.
PASTE = """
<script>
document.addEventListener("paste", (event) => {
  const files = event.clipboardData ? event.clipboardData.files : [];
  const input = document.querySelector("#pictures input[type=file]");
  if (!files.length || !input) return;
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
</script>
"""
CSS = "footer { opacity: 0.6 } #remarks { white-space: pre-line }"


def theme():
    """Return a theme that fetches no fonts."""
    return gr.themes.Default(font=FONTS, font_mono=MONO)


def list_tasks():
    """{name of a task: what it does in a few words}, in order."""
    return {name: describe(tasks.load(name)) for name in tasks.PREDICTED}


def describe(task):
    """Say what a task does: the first sentence of its description, or the tasks that are run in turn."""
    links = getattr(task, "links", None)
    if links:
        return ", then ".join(link.name for link in links)
    return (task.__doc__ or "").strip().partition(".\n")[0].partition(". ")[0].rstrip(".")


class Page:
    """Builds the page, whose parts its methods fill.

    Args:
        workshop: a `work.Workshop`.
    """

    def __init__(self, workshop):
        self.workshop = workshop
        self.tasks = list_tasks()
        self.controls = {name: controls.list_controls(tasks.load(name)) for name in self.tasks}
        self.widgets = {}  # {task: {option: its widget}}
        self.panels, self.sheets, self.buttons = {}, {}, {}  # by task

    def build(self):
        """Return the page, a `gradio.Blocks`."""
        with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(3600, 24 * 3600)) as blocks:
            with gr.Row():
                with gr.Column(scale=2, min_width=340):
                    self._lay_out_choices()
                with gr.Column(scale=5, min_width=420):
                    self._lay_out_results()
            self._connect()
            blocks.unload(self.forget)
        return blocks.queue(default_concurrency_limit=1)

    def _lay_out_choices(self):
        """The left side: pictures, task, and for each task its options and its button."""
        first = next(iter(self.tasks))
        gr.Markdown(f"# {TITLE}")
        self.pictures = gr.File(
            file_count="multiple", label="Pictures: drop, paste or click", elem_id="pictures", height=160
        )
        self.task = gr.Radio(list(self.tasks), value=first, label="Task", elem_id="task")
        for name, said in self.tasks.items():
            with gr.Column(visible=name == first, elem_id=f"panel-{work.simplify(name)}") as self.panels[name]:
                gr.Markdown(said)
                self.buttons[name] = gr.Button("Run", variant="primary", elem_id=f"run-{work.simplify(name)}")
                self._lay_out_options(name)
        self.live = gr.Checkbox(True, label="Run again when an option changes")
        self.stop = gr.Button("Stop", size="sm")

    def _lay_out_options(self, name):
        """The controls of a task's options, under their headings; sheets lie on the right side."""
        widgets = self.widgets[name] = {}
        shown = [control for control in self.controls[name] if control.kind != controls.SHEET]
        groups = dict.fromkeys(control.option.group for control in shown)
        for number, group in enumerate(groups):
            with gr.Accordion(group.capitalize() or "Options", open=number == 0):
                for control in shown:
                    if control.option.group == group:
                        widgets[control.option.name] = make_widget(control)

    def _lay_out_results(self):
        """The right side: sheets to paint on, before and after, gallery, downloads."""
        for name in self.tasks:
            for control in self.controls[name]:
                if control.kind == controls.SHEET:
                    with gr.Column(visible=False, elem_id=f"sheet-{work.simplify(name)}") as self.sheets[name]:
                        self.widgets[name][control.option.name] = make_widget(control)
        self.slider = gr.ImageSlider(
            label="Before and after", type="filepath", interactive=False, max_height=760, elem_id="slider"
        )
        self.kind = gr.Radio([], label="Show", visible=False, elem_id="kind")
        self.gallery = gr.Gallery(
            label="Results", visible=False, columns=4, height=300, object_fit="contain", interactive=False,
            elem_id="gallery",
        )  # fmt: skip
        self.remarks = gr.Markdown(label="remarks", elem_id="remarks")
        self.files = gr.File(label="Downloads", file_count="multiple", interactive=False, elem_id="downloads")
        self.state = gr.State()  # [task's name, `work.Done`s of the last run]

    def _connect(self):
        """Say which method answers what."""
        together = {"concurrency_id": LINE, "concurrency_limit": 1}
        views = [self.slider, self.kind, self.gallery]
        for name in self.tasks:
            everything = {
                "outputs": [self.files, self.remarks, self.state], "inputs_kwargs": self.widgets[name],
                "show_progress_on": [self.slider], **together,
            }  # fmt: skip
            ran = self.buttons[name].click(
                self.make_runner(name), [self.pictures], api_name=work.simplify(name),
                api_description=f"{self.tasks[name]}. Returns files and remarks.", **everything,
            )  # fmt: skip
            ran.success(self.show, [self.state], views, api_visibility="private", show_progress="hidden")
            changes = [event for control in self.controls[name] for event in self._list_changes(name, control)]
            if changes:
                again = gr.on(
                    changes, self.make_runner(name, again=True), [self.pictures, self.live, self.state],
                    api_visibility="private", trigger_mode="always_last", **everything,
                )  # fmt: skip
                again.success(
                    self.show, [self.state, self.kind], views, api_visibility="private", show_progress="hidden"
                )
            for control in self.controls[name]:
                if control.kind == controls.SHEET:
                    gr.on(
                        [self.pictures.change, self.task.change], self.make_layer(name), [self.pictures, self.task],
                        [self.widgets[name][control.option.name]], api_visibility="private", **together,
                    )  # fmt: skip
        chosen = [self.panels[name] for name in self.tasks], [*self.sheets.values()]
        self.task.change(
            self.choose, [self.task], [*chosen[0], *chosen[1]], queue=False, api_visibility="private",
            show_progress="hidden",
        )  # fmt: skip
        quick = {"api_visibility": "private", "show_progress": "hidden"}
        self.kind.input(self.show, [self.state, self.kind], views, **quick)
        self.gallery.select(self.pick, [self.state, self.kind], [self.slider], **quick)
        self.stop.click(self.halt, api_name="stop", queue=False, show_progress="hidden")

    def _list_changes(self, name, control):
        """The events of a control's widget after which a picture is done again."""
        if control.kind == controls.SHEET:
            return []
        widget = self.widgets[name][control.option.name]
        if control.kind in (controls.NUMBER, controls.TEXT):
            return [widget.submit]
        return [widget.release if control.kind == controls.SLIDER else widget.input]

    def make_runner(self, name, again=False):
        """Return the function that runs a task. With `again` it does so only if the last run was of it, and allowed."""

        def run(pictures, request: gr.Request, progress=gr.Progress(), **values):  # noqa: B008
            return self.run(name, pictures, values, request, progress)

        def run_again(pictures, live, state, request: gr.Request, progress=gr.Progress(), **values):  # noqa: B008
            if not live or not state or state[0] != name or len(state[1]) != 1 or len(pictures or ()) != 1:
                return gr.skip(), gr.skip(), gr.skip()
            return self.run(name, pictures, values, request, progress)

        return name_options(run_again if again else run, self.widgets[name])

    def run(self, name, pictures, values, request, progress):
        """Run a task: (files, remarks, state)."""
        values = {key: merge_layers(value) if isinstance(value, dict) else value for key, value in values.items()}
        try:
            given = controls.collect(self.controls[name], values)
            outcome = self.workshop.run(
                name, pictures, given, request.session_hash,
                lambda done, count, unit: progress((done, count), unit=unit),
            )  # fmt: skip
        except (work.RefusedError, ValueError) as error:
            raise refuse(error) from None
        return outcome.files, "\n".join(map(escape, outcome.remarks)), [name, outcome.done]

    def make_layer(self, name):
        """Return the function that puts the picture, or its sketch, under a task's sheet."""

        def lay(pictures, chosen, request: gr.Request):
            if chosen != name:
                return gr.skip()
            if not pictures:
                return None
            try:
                paper = self.workshop.lay_out(name, pictures[0], request.session_hash)
            except work.RefusedError as error:
                raise refuse(error) from None
            return {"background": paper, "layers": [], "composite": None}

        return lay

    def choose(self, chosen):
        """Show the options of one task, and the sheet if it has one."""
        panels = [gr.Column(visible=name == chosen) for name in self.tasks]
        return [*panels, *(gr.Column(visible=name == chosen) for name in self.sheets)]

    def show(self, state, kind=None):
        """Show the results of the last run: (before and after, which results there are, gallery)."""
        if not state:
            return gr.skip(), gr.skip(), gr.skip()
        done = state[1]
        kinds = work.list_kinds(done[0])
        kind = kind if kind in kinds else kinds[0] if kinds else None
        shown = []
        if len(done) > 1:
            shown = [(self.workshop.show(each, kind, work.THUMBNAIL), each.name) for each in done]
        return (
            self.find_pair(done[0], kind),
            gr.Radio(kinds, value=kind, visible=len(kinds) > 1),
            gr.Gallery(shown, visible=bool(shown)),
        )

    def pick(self, state, kind, picked: gr.SelectData):
        """Show before and after of the picture that was picked in the gallery."""
        return self.find_pair(state[1][picked.index], kind) if state else gr.skip()

    def find_pair(self, done, kind):
        """Return the views of a picture and of its result; None if a result cannot be shown."""
        after = self.workshop.show(done, kind)
        return after and (self.workshop.show_before(done.source)[0], after)

    def halt(self, request: gr.Request):
        """Stop the user's run."""
        self.workshop.stop(request.session_hash)

    def forget(self, request: gr.Request):
        """Remove the files of a user who has left."""
        self.workshop.forget(request.session_hash)


def name_options(function, names):
    """Name the options in a function's signature, where Gradio looks for what its clients may leave out."""
    signature = inspect.signature(function)
    fixed = [each for each in signature.parameters.values() if each.kind != each.VAR_KEYWORD]
    options = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in names]
    function.__signature__ = signature.replace(parameters=[*fixed, *options])
    return function


def make_widget(control):
    """Return the Gradio component of a `controls.Control`."""
    said = {"label": control.label, "info": control.info}
    if control.kind == controls.SWITCH:
        return gr.Checkbox(control.value, **said)
    if control.kind == controls.CHOICE:
        return gr.Dropdown(list(control.choices), value=control.value, **said)
    if control.kind == controls.SLIDER:
        return gr.Slider(control.low, control.high, control.value, step=control.step, **said)
    if control.kind == controls.NUMBER:
        whole = {"precision": 0} if control.step else {}
        return gr.Number(control.value, minimum=control.low, maximum=control.high, **whole, **said)
    if control.kind == controls.TEXT:
        return gr.Textbox(control.value, **said)
    return gr.ImageEditor(
        label=f"{control.label.capitalize()}: {control.info[:1].lower()}{control.info[1:]}",
        type="numpy", sources=(), transforms=(), layers=False, brush=gr.Brush(colors=COLOURS), buttons=["fullscreen"],
        format="png", height=SHEET_HEIGHT,
    )  # fmt: skip


def merge_layers(painted):
    """Merge what was painted on a sheet: (h, w, 4) uint8 RGBA, or None if there is nothing at least half opaque.

    Args:
        painted: value of a `gradio.ImageEditor`: its `layers` are a list of (h, w, 4) uint8 RGBA, the lowest first.
    """
    sheet = None
    for layer in painted.get("layers") or ():
        sheet = layer if sheet is None else np.where(layer[..., 3:] >= 128, layer, sheet)
    return sheet if sheet is not None and (sheet[..., 3] >= 128).any() else None


def refuse(error):
    """Return the error that the page shows as a sentence."""
    return gr.Error(str(error), duration=None, print_exception=False)


def escape(text):
    """Make a text with a file's name harmless in Markdown."""
    return "".join(f"\\{character}" if character in r"\`*_{}[]<>#|~" else character for character in text)
