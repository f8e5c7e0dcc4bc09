/**
 * Suggests concepts of the vocabulary in each input with `data-suggestions`, the address of the vocabulary: the ARIA combobox pattern with a
 * list. The whole vocabulary is fetched once, at first focus, so that nothing of what is typed leaves the page before it is sent.
 */
export function suggestConcepts() {
  for (const input of document.querySelectorAll('input[data-suggestions]')) {
    input.addEventListener('focus', () => new Suggestions(input), { once: true });
  }
}

const mostShown = 6;
/** A concept may be typed as this many words. */
const mostWords = 4;

class Suggestions {
  #input;
  #list;
  #said;
  #vocabulary = null;
  #shown = [];
  #active = -1;

  constructor(input) {
    this.#input = input;
    this.#list = document.createElement('ul');
    this.#list.id = `${input.id}-suggestions`;
    this.#list.className = 'app-concepts';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Terms');
    this.#list.hidden = true;
    this.#said = document.createElement('div');
    this.#said.className = 'govuk-visually-hidden';
    this.#said.setAttribute('role', 'status');
    const place = document.createElement('div');
    place.className = 'app-concepts-place';
    place.append(this.#list, this.#said);
    (input.closest('.app-search') ?? input.parentElement).append(place);
    for (const [name, value] of [
      ['role', 'combobox'],
      ['aria-autocomplete', 'list'],
      ['aria-expanded', 'false'],
      ['aria-controls', this.#list.id],
    ]) {
      input.setAttribute(name, value);
    }
    input.addEventListener('input', () => this.#suggest());
    input.addEventListener('keydown', (event) => this.#press(event));
    input.addEventListener('blur', () => this.#close());
    // The press would take the focus, and with it the list, before the click.
    this.#list.addEventListener('mousedown', (event) => event.preventDefault());
    this.#list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) this.#choose(this.#shown[Number(option.dataset.at)]);
    });
    this.#load();
  }

  async #load() {
    try {
      const answer = await fetch(this.#input.dataset.suggestions, { headers: { accept: 'application/json' } });
      if (!answer.ok) return;
      this.#vocabulary = await answer.json();
      if (document.activeElement === this.#input && this.#input.value !== '') this.#suggest();
    } catch {
      // Without the vocabulary there are no suggestions; the search works as ever.
    }
  }

  #suggest() {
    this.#shown = this.#vocabulary ? matches(this.#vocabulary, this.#input.value) : [];
    this.#active = -1;
    this.#input.removeAttribute('aria-activedescendant');
    if (this.#shown.length === 0) return this.#close();
    this.#list.replaceChildren(
      ...this.#shown.map(({ term, note }, at) => {
        const option = document.createElement('li');
        option.id = `${this.#list.id}-${at}`;
        option.className = 'app-concepts__option';
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.dataset.at = String(at);
        option.append(term);
        if (note) {
          const said = document.createElement('span');
          said.className = 'app-concepts__note';
          said.textContent = ` ${note}`;
          option.append(said);
        }
        return option;
      }),
    );
    this.#list.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
    const count = this.#shown.length;
    this.#said.textContent = `${count} ${count === 1 ? 'term' : 'terms'} suggested: use the down arrow to choose`;
  }

  #press(event) {
    if (this.#list.hidden) {
      if (event.key === 'ArrowDown') this.#suggest();
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.#move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#shown[this.#active]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.#close();
    }
  }

  /** Past either end the choice is in the box again. */
  #move(by) {
    const places = this.#shown.length + 1;
    this.#active = ((this.#active + 1 + by + places) % places) - 1;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute('aria-selected', String(at === this.#active));
    }
    const active = this.#list.children[this.#active];
    if (active) this.#input.setAttribute('aria-activedescendant', active.id);
    else this.#input.removeAttribute('aria-activedescendant');
    active?.scrollIntoView({ block: 'nearest' });
  }

  #choose({ before, term }) {
    this.#input.value = `${before}${term} `;
    this.#close();
    this.#input.focus();
  }

  #close() {
    this.#list.hidden = true;
    this.#active = -1;
    this.#said.textContent = '';
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }
}

/**
 * Concepts of which a wording begins with what stands at the end of the words: the longest run of words first, then shorter wordings. `before`
 * is what stays in front of the concept.
 */
function matches(vocabulary, value) {
  const found = new Map();
  const starts = [...value.matchAll(/\S+/g)].map(({ index }) => index).slice(-mostWords);
  for (const start of starts) {
    const typed = value.slice(start).trimStart().toLowerCase();
    if (typed.trim().length < 2) continue;
    for (const concept of vocabulary) {
      if (found.has(concept.term)) continue;
      const wording = [concept.term, ...concept.short, ...concept.words]
        .filter((each) => each.toLowerCase().startsWith(typed))
        .sort((a, b) => a.length - b.length)[0];
      if (wording === undefined || concept.term.toLowerCase() === typed.trim()) continue;
      found.set(concept.term, {
        term: concept.term,
        before: value.slice(0, start),
        note: noteOn(concept, wording),
        length: wording.length,
        typed: typed.length,
      });
    }
  }
  return [...found.values()].sort((a, b) => b.typed - a.typed || a.length - b.length).slice(0, mostShown);
}

function noteOn({ term, contested }, wording) {
  if (wording !== term) return `(${wording})`;
  return contested ? '(contested)' : '';
}
