"""Tasks that are run one after the other, each on what the one before found."""

from types import SimpleNamespace

from illustration_parts.tasks import base


class Chain(base.Task):
    """Several tasks as one: its options are those of the last, and what the others are told of finding.

    Args:
        name: of the chain.
        links: the tasks, in order.
        ending: of the files of results; None for the last task's.
    """

    def __init__(self, name, links, ending=None):
        self.name, self.links, self.ending = name, links, ending
        self.large, self.examples = min(link.large for link in links), links[0].examples
        options = {option.name: option for option in links[-1].options}
        for link in links[:-1]:
            options |= {option.name: option for option in link.options if option.name in (*link.passed, *link.offered)}
        self.options = tuple(options.values())

    def load_networks(self, load, options):
        """Load all networks; `--weights` are the last task's."""
        networks = self.links[-1].load_networks(load, options)
        for link in self.links[:-1]:
            if link.name not in networks:
                networks |= link.load_networks(load, self._options_of(link, options, weights=None))
        return networks

    def _options_of(self, link, options, **others):
        """All options of one of the tasks: those of the chain where they are its own and passed on, else defaults."""
        passed = {name: value for name, value in vars(options).items() if name in link.passed}
        return SimpleNamespace(**vars(link.complete({})) | passed | others)

    def predict(self, networks, picture, options, watch=iter, original=None):
        """Run the tasks one after the other; what the last one finds is found in the picture itself."""
        found, remarks = picture, []
        for link in self.links[:-1]:
            result = link.predict(networks, found, self._options_of(link, options), watch)
            found = next(iter(result.arrays.values()))
            remarks += result.remarks
        result = self.links[-1].predict(networks, found, options, watch, original=picture)
        return base.Result(result.arrays, remarks + result.remarks)

    def name_files(self, folder, name, options):
        """The files of one picture's results, as of the last task."""
        named = self.links[-1].name_files(folder, name, options)
        if self.ending:
            main = next(iter(named))
            named[main] = folder / f"{name}{self.ending}.png"
        return named

    def write(self, picture, result, targets, options, resolution=None):
        """Write what the last task found."""
        self.links[-1].write(picture, result, targets, options, resolution)
