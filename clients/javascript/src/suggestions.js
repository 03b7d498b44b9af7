// Suggestions for misspelt names.

/**
 * Returns `; did you mean "campaign"?` with the known name that is nearest, or a full stop if none is near.
 *
 * @param {string} word
 * @param {readonly string[]} known
 */
export function didYouMean(word, known) {
  const [nearest] = known
    .map((name) => ({ name, share: edits(word, name) / Math.max(word.length, name.length) }))
    .sort((a, b) => a.share - b.share);
  return nearest && nearest.share <= 0.5 ? `; did you mean ${JSON.stringify(nearest.name)}?` : ".";
}

/**
 * Returns how many characters have to be inserted, removed or replaced (Levenshtein).
 *
 * @param {string} from
 * @param {string} to
 */
function edits(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = row[column - 1] + (character === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[column] + 1, next[column - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
