import type { LearningProse } from '@practice-exchange/protocol';
import { learningFields } from '@practice-exchange/vocabulary';

type CodedField = (typeof learningFields)[number];

/** One question as it is asked. `limit` is in characters and is what the network takes. */
export type Question =
  | {
      readonly kind: 'line' | 'prose';
      readonly field: Exclude<keyof LearningProse, 'learningPoints'>;
      readonly label: string;
      readonly hint: string;
      readonly limit: number;
    }
  | {
      readonly kind: 'list';
      readonly field: 'learningPoints';
      readonly label: string;
      readonly hint: string;
      readonly limit: number;
      readonly most: number;
    }
  | {
      readonly kind: 'codes';
      readonly field: CodedField['field'];
      readonly label: string;
      readonly codes: CodedField['codes'];
      readonly several: boolean;
    }
  | { readonly kind: 'period'; readonly field: 'period'; readonly label: string; readonly hint: string }
  | { readonly kind: 'audience'; readonly field: 'audience'; readonly label: string };

/** A page of the journey: one question, or one tight group. */
export type Section = {
  readonly id: string;
  /** The page's heading where it asks more than one question; its name in lists everywhere. */
  readonly heading: string;
  readonly questions: readonly [Question, ...Question[]];
  /** Short lines that help somebody tired to begin. */
  readonly guidance: readonly string[];
  readonly example: string | null;
};

/** A row of the task list: one page, or a few that belong together. */
export type Task = { readonly title: string; readonly sections: readonly [Section, ...Section[]] };

const passageLimit = 12_000;

function prose(
  id: string,
  field: Exclude<keyof LearningProse, 'learningPoints'>,
  heading: string,
  asked: { label: string; hint: string; guidance?: readonly string[]; example: string },
): Section {
  const { label, hint, guidance = [], example } = asked;
  return {
    id,
    heading,
    questions: [{ kind: 'prose', field, label, hint, limit: passageLimit }],
    guidance,
    example,
  };
}

function coded(
  id: string,
  heading: string,
  asked: readonly [readonly [CodedField['field'], string], ...(readonly [CodedField['field'], string])[]],
  guidance: readonly string[] = [],
): Section {
  const [first, ...rest] = asked.map(([field, label]): Question => {
    const known = learningFields.find((candidate) => candidate.field === field) as CodedField;
    return { kind: 'codes', field, label, codes: known.codes, several: known.several };
  });
  return { id, heading, questions: [first as Question, ...rest], guidance, example: null };
}

const situation = prose('situation', 'situation', 'The situation', {
  label: 'What was the situation?',
  hint: 'Who was worried about what, and why. Leave out names, exact ages, dates and places.',
  guidance: [
    'Who noticed, and what had they seen or heard?',
    'What did you know about home, school and friends?',
    'What made it hard to decide?',
  ],
  example:
    'A school was worried about a boy in his early teens who repeated slogans from videos. His father refused every visit and said that nobody had explained why we came.',
});
const response = prose('what-you-did', 'response', 'What you did', {
  label: 'What was done?',
  hint: 'By whom, and in what order. Say “a social worker” or “the school”, not who it was.',
  guidance: [
    'What did you try first? What next?',
    'Which agencies took part, and who led?',
    'How did you explain it to the family?',
  ],
  example:
    'A social worker and a teacher met the father at the school, not at home. They showed him what would be written down. Two weeks later they visited together.',
});
const whatHappened = prose('what-happened', 'whatHappened', 'What happened', {
  label: 'What happened?',
  hint: 'What came of it, for the child and the family',
  example: 'The father agreed to a visit. No risk was found, and the boy joined a football club.',
});
const whatWorked = prose('what-worked', 'whatWorked', 'What worked', {
  label: 'What worked?',
  hint: 'And, if you can say, why',
  example: 'A plain explanation before any question, and one named contact for the family.',
});
const whatDidNot = prose('what-did-not-work', 'whatDidNot', 'What did not work', {
  label: 'What did not work?',
  hint: 'Colleagues learn most from this. It is about what was done, not about who did it.',
  example: 'Three letters in formal language. The family read them as a threat.',
});
const learningPoints: Section = {
  id: 'learning-points',
  heading: 'Learning points',
  questions: [
    {
      kind: 'list',
      field: 'learningPoints',
      label: 'What are the learning points?',
      hint: 'One on each line, 12 at most',
      limit: 1000,
      most: 12,
    },
  ],
  guidance: ['Write each so that a colleague could act on it tomorrow.'],
  example: 'Explain first, ask second.\nMeet where the family feels at ease.',
};
const nextTime = prose('next-time', 'nextTime', 'Next time', {
  label: 'What would you do next time?',
  hint: 'What you would do earlier, differently or not at all',
  example: 'We would ring before we write, on the first day.',
});

const themes = coded(
  'themes',
  'Themes',
  [['themes', 'Which themes does it belong to?']],
  ['Themes are how colleagues find learning like yours.'],
);
const concern = coded('concern', 'The concern', [['concernCategories', 'What was the concern?']]);
const referral = coded('referral', 'Referral and decision', [
  ['referralSource', 'Who made the referral?'],
  ['thresholdDecision', 'What was the threshold decision?'],
]);
const child = coded(
  'child',
  'The child',
  [
    ['ageBand', 'How old was the child at referral?'],
    ['sex', 'What is the child’s sex?'],
  ],
  ['“Withheld” means that you know and choose not to share it.'],
);
const setting = coded('setting', 'Where it was', [
  ['setting', 'In which setting?'],
  ['region', 'In which region?'],
]);
const period: Section = {
  id: 'period',
  heading: 'When it was',
  questions: [
    {
      kind: 'period',
      field: 'period',
      label: 'When was it?',
      hint: 'A financial year such as 2024-25, or a quarter such as 2024-Q3. A year says less about who it was.',
    },
  ],
  guidance: [],
  example: null,
};
const agencies = coded('agencies', 'Agencies', [['agencies', 'Which agencies took part?']]);
const interventions = coded('interventions', 'Interventions', [
  ['interventions', 'What was done with the child and the family?'],
]);
const family = coded('family', 'The family', [
  ['familyEngagementStart', 'How did the family engage at the start?'],
  ['familyEngagementEnd', 'How did the family engage at the end?'],
]);
const legitimacy = coded('legitimacy', 'Legitimacy', [
  ['legitimacyChallenges', 'Did anybody question whether you should step in?'],
]);
const outcome = coded('outcome', 'Outcome', [['outcome', 'What was the outcome?']]);

const titleAndSummary: Section = {
  id: 'title',
  heading: 'Title and summary',
  questions: [
    { kind: 'line', field: 'title', label: 'Title', hint: 'What a colleague elsewhere would look for', limit: 160 },
    {
      kind: 'prose',
      field: 'summary',
      label: 'Summary',
      hint: 'One sentence: the difficulty, and what helped',
      limit: 800,
    },
  ],
  guidance: [],
  example:
    'Dad would not let us see him on his own\nA father refused every visit until a teacher he trusted explained what would be written down.',
};
const audience: Section = {
  id: 'audience',
  heading: 'Who may see it',
  questions: [{ kind: 'audience', field: 'audience', label: 'Who may see it?' }],
  guidance: [],
  example: null,
};

/** The task list: groups of tasks in the order in which the journey leads. */
export const taskGroups: readonly { readonly title: string; readonly tasks: readonly Task[] }[] = [
  {
    title: 'Tell what happened',
    tasks: [
      { title: 'The situation', sections: [situation] },
      { title: 'What you did', sections: [response] },
      { title: 'What happened', sections: [whatHappened, outcome] },
    ],
  },
  {
    title: 'Say what you learned',
    tasks: [
      { title: 'What worked', sections: [whatWorked] },
      { title: 'What did not work', sections: [whatDidNot] },
      { title: 'Learning points', sections: [learningPoints] },
      { title: 'What you would do next time', sections: [nextTime] },
    ],
  },
  {
    title: 'Help colleagues find it',
    tasks: [
      { title: 'Title and summary', sections: [titleAndSummary] },
      { title: 'Themes', sections: [themes] },
      { title: 'The concern and the decision', sections: [concern, referral] },
      { title: 'The child, the place and the time', sections: [child, setting, period] },
      { title: 'Agencies and interventions', sections: [agencies, interventions] },
      { title: 'The family', sections: [family, legitimacy] },
      { title: 'Who may see it', sections: [audience] },
    ],
  },
];

/** Every page, in the order of the journey. */
export const sections: readonly Section[] = taskGroups.flatMap(({ tasks }) => tasks.flatMap((task) => task.sections));

export function findSection(id: string): Section | undefined {
  return sections.find((section) => section.id === id);
}

/** The page that asks for a field: `learningPoints.2` is asked where `learningPoints` is. */
export function sectionOfField(field: string): Section | undefined {
  const name = field.split('.', 1)[0];
  return sections.find(({ questions }) => questions.some((question) => question.field === name));
}

/** The page after this one, or undefined after the last. */
export function sectionAfter(section: Section): Section | undefined {
  return sections[sections.indexOf(section) + 1];
}
