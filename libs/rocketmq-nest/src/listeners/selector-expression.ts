/** The tags an expression asks for; `all` for `*` and for an empty expression. */
export type TagSelection = { readonly kind: 'all' } | { readonly kind: 'tags'; readonly tags: readonly string[] };

/** Reads `*`, `tag` or `a || b`. Tags are sorted and unique, so that equal selections compare equal. */
export function parseSelectorExpression(expression: string | undefined): TagSelection {
  const text = expression?.trim() ?? '';
  if (text === '' || text === '*') return { kind: 'all' };
  const tags = text.split('||').map((tag) => tag.trim());
  return { kind: 'tags', tags: [...new Set(tags.filter((tag) => tag !== ''))].sort() };
}

/** The inverse of parseSelectorExpression. */
export function formatSelection(selection: TagSelection): string {
  return selection.kind === 'all' ? '*' : selection.tags.join(' || ');
}

/** Everything that either of the two asks for. */
export function uniteSelections(first: TagSelection, second: TagSelection): TagSelection {
  if (first.kind === 'all' || second.kind === 'all') return { kind: 'all' };
  return { kind: 'tags', tags: [...new Set([...first.tags, ...second.tags])].sort() };
}
