"""Products, their categories, variants and lives: what managers see of them and change.

`looking` reads, `writing` saves products and records, `changing` does the same to many at a time with a preview and a
way back, `variants` makes what is missing of a template, `categorising` applies rules, `images` makes pictures small.
"""
