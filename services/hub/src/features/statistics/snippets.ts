import { paths, pathTo } from '../../paths.ts';
import type { TableView } from './table-view.ts';

/** Lines that read a table's CSV, to be pasted: R and Python, neither of which needs anything installed. */
export function snippetsFor(view: TableView, url: string): { r: string; python: string } {
  const address = `${url}${pathTo(paths.apiTableCsv, { permalink: view.permalink })}`;
  return {
    r: [
      `table <- read.csv("${address}",`,
      '  colClasses = "character", check.names = FALSE)',
      '# Symbols such as c stand for numbers that are not shown; they become NA here.',
      'value <- suppressWarnings(as.numeric(table[[ncol(table)]]))',
      'head(table)',
    ].join('\n'),
    python: [
      'import csv, io, urllib.request',
      '',
      `address = "${address}"`,
      'with urllib.request.urlopen(address) as answer:',
      '    rows = list(csv.DictReader(io.TextIOWrapper(answer, encoding="utf-8")))',
      '# Symbols such as c stand for numbers that are not shown; they become None here.',
      'column = list(rows[0])[-1]',
      'numbers = [int(row[column]) if row[column].isdigit() else None for row in rows]',
      'print(len(rows), "rows,", sum(number is not None for number in numbers), "with a number")',
    ].join('\n'),
  };
}
