"""The report: the library for people who open a browser.

Here: `report/`, a folder of pages (index, a page a pattern, a page an import), and `report.html`, the library in one
file. Both need no network and run from a file. Not here: files for machines and spreadsheets (files.py).

What a page shows is gathered as values (facts.py, library.py, pattern_page.py, import_page.py, index_page.py), drawn by
the templates in page/, and written by site.py through page_folder.py.
"""
