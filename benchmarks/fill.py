"""How fast sample data is loaded, beside the server's own COPY BINARY of the very same rows, in one run on one server.

``make bench``, or ``python -m benchmarks.fill --rows 100000 --json``; ``--full`` for the sizes that
`docs/sample-data.md` tells of, which takes about an hour and 25 GB of disk. The server is a fresh embedded one in a
temporary directory with its usual settings (fsync on), so the figures are those a user gets on this machine. What is
compared takes turns; figures are medians. A machine that does other work at the same time spoils the ratios too: two
processors are needed whole.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from typing import Any, Final

from benchmarks import marketplace, wide
from benchmarks.copying import readable_folder
from designer_kernel.postgres.server import embedded

MANY: Final = 20_000_000
SIZES: Final = (1_000_000, 10_000_000, 50_000_000)
_MILLION: Final = 1_000_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Load sample data, and copy the same rows from files.")
    parser.add_argument("--rows", type=int, default=_MILLION, help="rows of the wide table (default: 1,000,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is measured (default: 3)")
    parser.add_argument("--faker-rows", type=int, default=2_000, help="rows that Faker makes; 0 to leave it out")
    parser.add_argument(
        "--marketplace", type=int, default=_MILLION, help="rows of the whole marketplace; 0 to leave it out"
    )
    parser.add_argument("--connections", default="1,2", help="connections that the marketplace is sent over (1,2)")
    parser.add_argument("--many", type=int, default=0, help="rows of the wide table in one long run (such as 20000000)")
    parser.add_argument("--sizes", default="", help="marketplaces to grow through, such as 1000000,10000000,50000000")
    parser.add_argument(
        "--full", action="store_true", help="marketplace of 10 million rows, 20 million wide rows, sizes"
    )
    parser.add_argument("--seed", type=int, default=7, help="seed of the rows (default: 7)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if options.full:
        options.marketplace, options.many = 10 * _MILLION, MANY
        options.sizes = ",".join(str(size) for size in SIZES)
    figures = measure(options)
    print(json.dumps(figures) if options.json else told(figures))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures."""
    seed, rounds = options.seed, options.rounds
    sizes = tuple(int(size) for size in options.sizes.split(",") if size)
    connections = tuple(int(count) for count in options.connections.split(","))
    with (
        tempfile.TemporaryDirectory(prefix="designer-") as folder,
        embedded(folder) as server,
        readable_folder() as files,
    ):
        figures: dict[str, Any] = {
            "wide": wide.measure(server, files, options.rows, rounds, seed, options.faker_rows),
        }
        if options.many:
            figures["many"] = wide.measure(server, files, options.many, 1, seed, 0)
        if options.marketplace:
            wanted = options.marketplace
            figures["marketplace"] = marketplace.measure(server, files, wanted, connections, rounds, seed)
        if sizes:
            figures["sizes"] = marketplace.grow(server, sizes, seed)
    return figures


def told(figures: dict[str, Any]) -> str:
    """Return the figures as text."""
    lines = _told_wide(figures["wide"])
    if "many" in figures:
        lines += ["", *_told_wide(figures["many"])]
    if "marketplace" in figures:
        lines += ["", *_told_marketplace(figures["marketplace"])]
    for index, size in enumerate(figures.get("sizes", ())):
        head = [""] if not index else []
        lines += head
        lines.append(
            f"marketplace of {size['rows']:>11,} rows: {size['rows_per_second']:>9,} rows/s sent, client at most "
            f"{size['megabytes']} MB, {size['client_cpu_per_million']} CPU seconds a million rows"
        )
    return "\n".join(lines)


def _told_wide(found: dict[str, Any]) -> list[str]:
    lines = [f"wide table, {found['rows']:,} rows, {found['bytes'] / 1e6:,.0f} MB as COPY BINARY"]
    for title, key, ratio in (
        ("the server's own COPY from a file, frozen", "ceiling", ""),
        ("made and sent over one connection", "one_connection", "ratio_one_connection"),
        ("the same by the compiled loop", "one_connection_compiled", "ratio_one_connection_compiled"),
        ("COPY from a file as anybody writes it", "ceiling_plain", ""),
        ("COPY from two files over two connections", "ceiling_two_connections", ""),
        ("made and sent by two processes", "two_connections", "ratio_two_connections"),
        ("the same by the compiled loop", "two_connections_compiled", "ratio_two_connections_compiled"),
        (
            "a whole fill over two connections, started anew",
            "fill_over_two_connections",
            "ratio_fill_over_two_connections",
        ),
        ("COPY from a file, then the primary key", "ceiling_key_added_afterwards", ""),
        ("COPY from a file, primary key in place", "ceiling_key_in_place", ""),
        ("the whole fill, with primary key and statistics", "with_key", "ratio_with_key"),
    ):
        rate = f"{found[key]['seconds']:>9.2f} s {found[key]['rows_per_second']:>11,} rows/s"
        lines.append(f"  {title:<50} {rate}{f'   ratio {found[ratio]:.2f}' if ratio else ''}")
    beside = (found[key] for key in ("ratio_of_plain", "ratio_of_plain_compiled"))
    lines.append("  {:<50} {:>9.2f}, by the compiled loop {:.2f}".format("beside the latter: ratio", *beside))
    cpu, less = (found[key]["client_cpu_per_million"] for key in ("one_connection", "one_connection_compiled"))
    lines.append(f"  {'client, CPU seconds a million rows':<50} {cpu:>9.2f}, by the compiled loop {less:.2f}")
    if "faker" in found:
        faker = f"{'':>11} {found['faker']['rows_per_second']:>11,} rows/s   {found['times_faker']} times faster"
        lines.append(f"  {'Faker and COPY, ' + format(found['faker']['rows'], ',') + ' rows':<50} {faker}")
    return lines


def _told_marketplace(found: dict[str, Any]) -> list[str]:
    lines = [f"whole marketplace, {found['rows']:,} rows, {found['bytes'] / 1e6:,.0f} MB as COPY BINARY"]
    for name, figures in found.items():
        if not name.startswith("connections_"):
            continue
        lines.append(
            f"  {name.removeprefix('connections_')} connections: files {figures['files']:.1f} s, made and sent "
            f"{figures['sending']:.1f} s (ratio {figures['ratio_of_sending']:.2f}); with keys, indexes and statistics "
            f"{figures['everything']:.1f} s (ratio {figures['ratio']:.2f}); client at most {figures['megabytes']} MB"
            + (f", each process {figures['worker_megabytes']} MB" if figures["worker_megabytes"] else "")
        )
    return lines


if __name__ == "__main__":
    main()
