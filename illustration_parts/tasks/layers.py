"""Layers: an illustration taken apart into lines, highlights, shade and flat colours, in one file of a paint program.

It finds regions as the task of regions does, and lines as that of lines does. No network of its own is trained.
"""

import dataclasses

from illustration_parts.imaging import folders, layer_files, layers, linework
from illustration_parts.tasks import base, drawings, regions

REGIONS = ("detail", "min_area", "gap", "flips", "layers", "layer_format")  # options that regions have, too
LINES = ("scale", "strength")  # options that lines have, too


class Layers(regions.Regions):
    """Takes a picture apart into the layers that an artist paints on."""

    name = "layers"
    ending = ".layers"
    options = (
        *(
            dataclasses.replace(
                option,
                default="colours",
                implied=None,
                help="a layer for each region or for each colour (default: %(default)s)",
            )
            if option.name == "layers"
            else option
            for option in regions.Regions.options
            if option.name in REGIONS
        ),
        *(option for option in drawings.FOUND if option.name in LINES),
    )

    def load_networks(self, load, options):
        """Load the region network, and the line extractor, which must be there."""
        networks = super().load_networks(load, options)
        return networks if "lines" in networks else networks | {"lines": load(None, "lines")}

    def find_lines(self, network, picture, options, track):
        """Find the lines that go on top: (H, W) uint8, 255 = ink."""
        ink = drawings.find_maps(network, picture, False, track, options.scale)[..., 0]
        return linework.strengthen(ink, options.strength)

    def predict(self, networks, picture, options, track=iter, original=None):
        """Take a picture apart: the arrays of `layers.Parts` by their names.

        Composed in this order, from below, `flats`, `shade`, `highlight` and `lines` are the picture again.

        Raises:
            ValueError: if the picture is too large for the file's format.
        """
        ids, _, ink = self.divide(networks, picture, options, track)
        return base.Result(layers.separate(picture, ids, ink, options.layers)._asdict(), [])

    def name_files(self, folder, name, options):
        """The file of one picture's layers; of a data set's `X.image` it is named after `X`."""
        return {"layers": folders.name_result(folder / f"{name}.png", "layers").with_suffix(f".{options.layer_format}")}

    def write(self, picture, result, targets, options, resolution=None):
        """Write the file of layers."""
        path, parts = targets["layers"], layers.Parts(**result.arrays)
        title = path.stem.removesuffix(self.ending)
        layer_files.write(path, picture, parts, options.layer_format, title, resolution)
