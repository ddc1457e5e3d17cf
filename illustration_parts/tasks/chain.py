"""Tasks that are run one after the other, each on what the one before found."""

from types import SimpleNamespace

from illustration_parts.tasks import base


class Chain(base.Task):
    """Several tasks as one. Its options are those of the last, and those that the others pass on.

    Args:
        name: of the chain.
        links: the tasks, in order.
        ending: see `base.Task`; None for the names of all tasks but the last, and the last one's ending. So no chain
            writes over what one of its tasks alone has written.
    """

    def __init__(self, name, links, ending=None):
        self.name, self.links = name, links
        self.ending = "".join(f".{link.name}" for link in links[:-1]) + links[-1].ending if ending is None else ending
        self.large, self.examples = min(link.large for link in links), links[0].examples
        self.shown = links[-1].shown
        options = {option.name: option for option in links[-1].options}
        for link in links[:-1]:
            options |= {option.name: option for option in link.options if option.name in link.passed}
            offered = {option.name: option for option in link.options if option.name in link.offered}
            options = offered | options  # the last task's own option of that name means something else
        self.options, self.stills = tuple(options.values()), links[-1].stills

    def load_networks(self, load, options):
        """Load all networks; `--weights` are the last task's."""
        networks = self.links[-1].load_networks(load, options)
        for link in self.links[:-1]:
            if link.name not in networks:
                networks |= link.load_networks(load, self._options_of(link, options, weights=None))
        return networks

    def _options_of(self, link, options, **others):
        """Return all options of one task: the chain's where it passes them on, else defaults."""
        passed = {name: value for name, value in vars(options).items() if name in link.passed}
        return SimpleNamespace(**vars(link.complete({})) | passed | others)

    def predict(self, networks, picture, options, track=iter, original=None):
        """Run the tasks one after the other; the last one also gets the picture itself."""
        found, remarks = self._begin(networks, picture, options, track)
        result = self.links[-1].predict(networks, found, options, track, original=picture)
        return base.Result(result.arrays, remarks + result.remarks)

    def _begin(self, networks, picture, options, track):
        """Run all tasks but the last: (what it goes on with, remarks)."""
        found, remarks = picture, []
        *between, last = self.links[1:]
        for link, its in [*((link, self._options_of(link, options)) for link in between), (last, options)]:
            found, said = link.clean(found, its)  # a later task may refuse a picture, or clean it
            remarks += said
        for place, link in enumerate(self.links[:-1]):
            original = picture if place else None
            result = link.predict(networks, found, self._options_of(link, options), track, original=original)
            found = next(iter(result.arrays.values()))
            remarks += result.remarks
        return found, remarks

    def lay_out(self, networks, picture, options, track=iter):
        """Return what dabs of colour are painted on: what the last task goes on with."""
        return self._begin(networks, picture, options, track)[0]

    def name_files(self, folder, name, options):
        """The files of one picture's results: the last task's, with the chain's own ending."""
        named = self.links[-1].name_files(folder, name, options)
        begin = len(name + self.links[-1].ending)
        return {kind: path.with_name(f"{name}{self.ending}{path.name[begin:]}") for kind, path in named.items()}

    def write(self, picture, result, targets, options, resolution=None):
        """Write what the last task found."""
        self.links[-1].write(picture, result, targets, options, resolution)
