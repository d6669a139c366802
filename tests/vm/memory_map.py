"""A physical memory map of the guest, with the segments of each policy, as SVG and PNG."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import ConnectionPatch, Patch  # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
FOUR_GIB = 4 * GIB
RAM, FREE, HOLE, INK, QUIET = "#b0bec5", "#e3e8ea", "#f6f5f2", "#263238", "#78909c"
COLOURS = {"purgatory": "#6a3d9a", "boot_params": "#e6550d", "kernel": "#1f78b4", "initrd": "#33a02c"}
plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "svg.fonttype": "none",
                     "axes.edgecolor": QUIET, "text.color": INK, "axes.labelcolor": INK,
                     "xtick.color": INK, "ytick.color": INK})


def bar(axis, row, start, end, colour, least=0.0):
    """A range in GiB; least widens what would else be thinner than a line."""
    axis.broken_barh([(start / GIB, max((end - start) / GIB, least))], (row - 0.34, 0.68), facecolors=colour)


def rows(axis, ram, images, low, high):
    """RAM in the first row, then a row for each image, between two addresses."""
    names = ["System RAM", *images]
    for row, name in enumerate(names):
        bar(axis, row, low, high, HOLE)
        for start, end in ram:
            bar(axis, row, start, end, FREE if row else RAM)
        for segment in images[name].segments if row else ():
            bar(axis, row, segment.start, segment.end, COLOURS[segment.kind], (high - low) / GIB / 500)
    axis.set_xlim(low / GIB, high / GIB)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.set_yticks(range(len(names)), names)
    axis.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)


def window(image, kinds=("kernel", "initrd")):
    """The addresses to zoom into: the large segments and a little around them."""
    chosen = [s for s in image.segments if s.kind in kinds]
    low, high = min(s.start for s in chosen), max(s.end for s in chosen)
    return low - (high - low) // 6, high + (high - low) // 6


def label(axis, segment):
    """Name, size and address of a segment in an enlarged panel, inside where there is room."""
    low, high = axis.get_xlim()
    middle, wide = (segment.start + segment.end) / 2 / GIB, segment.size / GIB > (high - low) * 0.25
    text = f"{segment.kind}, {segment.size / MIB:.1f} MiB\n{segment.start:#x}"
    axis.text(middle, 1 if wide else 1.4, text, ha="center", va="center" if wide else "top", fontsize=8,
              linespacing=1.3, color="white" if wide else COLOURS[segment.kind])


def zoom(axis, whole, ram, images, policy):
    """One policy enlarged, with lines from where it is in the whole."""
    image = images[policy]
    low, high = window(image)
    rows(axis, ram, {policy: image}, low, high)
    axis.set_ylim(2.05, -0.6)
    for kind in ("kernel", "initrd"):
        label(axis, image[kind])
    axis.set_title(f"{policy}, enlarged", loc="left", fontsize=10, fontweight="bold", pad=18)
    axis.text(0, 1.04, small_ones(image), transform=axis.transAxes, fontsize=8)
    axis.set_xlabel("physical address, GiB")
    axis.xaxis.set_major_locator(plt.MaxNLocator(5))
    axis.xaxis.set_major_formatter("{x:.3f}")
    for here, corner in ((low, 0), (high, 1)):
        axis.figure.add_artist(ConnectionPatch((here / GIB, 2.6), (corner, 1.32), coordsA=whole.transData,
                                               coordsB=axis.transAxes, color=QUIET, lw=0.6, ls=(0, (4, 3))))


def small_ones(image):
    """Where the two segments are that are too small to be seen."""
    low = min(image["purgatory"].start, image["boot_params"].start)
    return f"purgatory and boot_params: {low:#x}-{max(image['purgatory'].end, image['boot_params'].end) - 1:#x}"


def draw(ram, images, path):
    """Writes path.svg and path.png and returns both names."""
    top = max(end for _, end in ram)
    figure = plt.figure(figsize=(11, 6.4))
    grid = figure.add_gridspec(2, 2, height_ratios=(1.1, 1), hspace=0.85, wspace=0.26,
                               left=0.085, right=0.975, top=0.865, bottom=0.16)
    whole = figure.add_subplot(grid[0, :])
    rows(whole, ram, images, 0, top)
    whole.axvline(4, color="#c62828", lw=1.2, ls="--")
    whole.text(4.06, -0.62, "4 GiB", color="#c62828", fontsize=8, va="bottom")
    whole.text(top / GIB, -0.62, f"top of RAM {top / GIB:g} GiB", color=INK, fontsize=8, ha="right", va="bottom")
    whole.set_xticks(range(0, int(top / GIB) + 1, 2))
    whole.set_xlabel("physical address, GiB", labelpad=1)
    for column, policy in enumerate(images):
        zoom(figure.add_subplot(grid[1, column]), whole, ram, images, policy)
    figure.suptitle("Where kexec -s -l puts the next kernel: UEFI guest with 16 GiB", x=0.085, ha="left",
                    fontsize=12.5, fontweight="bold", y=0.965)
    figure.legend(handles=[Patch(color=c, label=k) for k, c in COLOURS.items()]
                  + [Patch(color=RAM, label="System RAM"), Patch(fc=HOLE, ec=QUIET, lw=0.5, label="reserved or no memory")],
                  loc="lower left", bbox_to_anchor=(0.08, 0.005), ncol=6, frameon=False, fontsize=8.5)
    files = [path.with_suffix(suffix) for suffix in (".svg", ".png")]
    for file in files:
        figure.savefig(file, dpi=150)
    plt.close(figure)
    return files
