import { expect, it } from 'vitest';
import { learningFields } from './learning-fields.ts';

// What was published stands in signed records for ever. A line here is added to and never taken from.
const published: Record<string, string> = {
  themes: 'ownership-and-consensus families-and-communities partner-agencies legitimacy-of-intervention',
  concernCategories:
    'extreme-right-wing islamist left-wing-anarchist-single-issue incel fascination-with-extreme-violence school-massacre conflicted other-ideology no-ideology-identified no-extremism-concern',
  referralSource:
    'early-years school college police health mental-health childrens-social-care early-help youth-justice probation housing voluntary-organisation faith-organisation family community other-authority unknown withheld',
  agencies:
    'childrens-social-care early-help prevent-team channel-panel counter-terrorism-policing local-police school college early-years virtual-school camhs health adult-services youth-justice youth-service probation housing lado legal intervention-provider voluntary-organisation faith-organisation other-authority',
  thresholdDecision: 'no-further-action early-help child-in-need child-protection channel unknown withheld',
  interventions:
    'whole-family-work direct-work-with-child parenting-support mentoring ideological-mentoring online-safety-work critical-thinking-work education-support mental-health-support neurodiversity-support positive-activities mediation family-group-conference safety-plan joint-visit community-engagement legal-proceedings practice-consultation none',
  familyEngagementStart: 'refused suspicious mixed cooperative welcomed not-approached unknown withheld',
  familyEngagementEnd: 'refused suspicious mixed cooperative welcomed not-approached unknown withheld',
  legitimacyChallenges:
    'not-challenged child parent-carer wider-family community school partner-agency own-staff legal-representative unknown withheld',
  outcome:
    'no-concern-found concern-reduced closed-with-support channel-completed support-declined disengaged escalated re-referred moved-away ongoing unknown withheld',
  ageBand: 'under-5 5-to-9 10-to-12 13-to-15 16-to-17 several unknown withheld',
  sex: 'female male several unknown withheld',
  setting:
    'home early-years primary-school secondary-school alternative-provision special-school elective-home-education college online residential-care foster-care custody health faith-setting community unknown withheld',
  region:
    'north-east north-west yorkshire-and-the-humber east-midlands west-midlands east-of-england london south-east south-west',
};

it('VER-6: no code that was published is gone', () => {
  for (const [name, codes] of Object.entries(published)) {
    const known = learningFields.find(({ field }) => field === name)?.codes.map(({ code }) => code as string) ?? [];
    expect(
      codes.split(' ').filter((code) => !known.includes(code)),
      name,
    ).toEqual([]);
  }
});

it('VER-6: every code that there is stands among those that were published', () => {
  for (const { field, codes } of learningFields) {
    const listed = (published[field] ?? '').split(' ');
    expect(
      codes.filter(({ code }) => !listed.includes(code)),
      field,
    ).toEqual([]);
  }
});
