/** Forms that a suffix stemmer cannot bring together with their root. */
const rows = `
  child children
  woman women
  man men
  person people persons
  foot feet
  tooth teeth
  life lives
  wife wives
  knife knives
  begin began begun
  break broke broken
  bring brought
  build built
  buy bought
  catch caught
  choose chose chosen
  draw drew drawn
  fall fell fallen
  feel felt
  fight fought
  find found
  fly flew flown
  forget forgot forgotten
  grow grew grown
  hear heard
  hide hid hidden
  hold held
  know knew known
  lead led
  leave left
  lose lost
  mean meant
  meet met
  pay paid
  run ran
  see saw seen
  seek sought
  sell sold
  send sent
  show shown
  shoot shot
  sit sat
  speak spoke spoken
  spend spent
  stand stood
  steal stole stolen
  swear swore sworn
  teach taught
  tear tore torn
  think thought
  throw threw thrown
  wear wore worn
  withdraw withdrew withdrawn
  write wrote written
`;

/** From an irregular form to its root. */
export const irregularForms: ReadonlyMap<string, string> = new Map(
  rows
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [root = '', ...forms] = row.trim().split(/\s+/);
      return forms.map((form) => [form, root] as const);
    }),
);
