/** Words that practitioners use for the codes of the vocabulary: the body of a pattern for each code, without nested repetition. */
export type LearningCodeField =
  | 'themes'
  | 'concernCategories'
  | 'referralSource'
  | 'agencies'
  | 'thresholdDecision'
  | 'interventions'
  | 'familyEngagement'
  | 'legitimacyChallenges'
  | 'outcome'
  | 'setting';

type Cues = { readonly [field in LearningCodeField]: Readonly<Record<string, string>> };

export const codeCues: Cues = {
  themes: {
    'ownership-and-consensus':
      'who (?:was|is) responsible|whose responsibility|lead professional|no clear owner|definition of|defined as|agreed threshold|shared understanding|what counts as|who owns|ownership of|lack of clarity|referral (?:route|process|pathway)|single point of contact',
    'families-and-communities':
      "(?:refused|denied) access|(?:would|did) not let us|won't let us|distrust|suspicious of|suspicion of|gain(?:ed|ing)? (?:the )?trust|buy-in|built? trust|engag(?:e|ed|ing) the (?:family|parents|mother|father|community)|community (?:leader|group|elder|engagement)|explained (?:to|why)|faith leader|mosque|church",
    'partner-agencies':
      'information[- ]sharing|shar(?:ed|ing) information|partner agenc|multi-agency|police (?:had|were|did|shared|would)|school referred|over-?zealous|misunderstood threshold|strategy (?:meeting|discussion)|other agenc|joint(?:ly)? with',
    'legitimacy-of-intervention':
      'legitima|right to intervene|justif(?:y|ied|ication) for|proportiona(?:te|lity|lly)|freedom of (?:speech|belief|religion)|is it our (?:role|place|business)|human rights|state interference|spying|stigmati|labell?(?:ed|ing)',
  },
  concernCategories: {
    'extreme-right-wing':
      'extreme right|far[- ]right|neo-?nazi|nazi|white supremac|fascis|patriotic alternative|great replacement|race war|swastika',
    islamist: 'islamist|isis|isil|daesh|al[- ]qaeda|jihad|caliphate|travel(?:led|ling)? to syria|nasheed',
    'left-wing-anarchist-single-issue': 'anarchis|far[- ]left|animal rights extrem|eco-?extrem|single[- ]issue',
    incel: 'incels?\\b|involuntar(?:y|ily) celiba|manosphere|misogyn|black ?pill',
    'fascination-with-extreme-violence':
      'extreme violence|mass casualty|gore|beheading (?:video|film)|mass (?:shooting|murder|killing)|serial killer|fascinat(?:ed|ion) with violence',
    'school-massacre': 'school (?:shooting|massacre|shooter)|columbine',
    conflicted:
      'mixed ideolog|several ideolog|unclear ideolog|mixed,? unstable|moved between ideolog|conflicted ideolog',
    'no-ideology-identified': 'no (?:clear |fixed |coherent )?ideolog',
    'no-extremism-concern':
      'no (?:evidence of )?(?:extremis[mt]|radicalisation) (?:concern|risk|was found)|no risk (?:was )?found|misunderstanding|malicious referral',
  },
  referralSource: {
    school:
      '(?:the |his |her |their )?(?:primary |secondary )?(?:school|headteacher|head teacher|teacher|designated safeguarding lead) (?:had )?(?:referred|made (?:a|the) referral|contacted|raised)|referr(?:al|ed) (?:came |was made )?(?:from|by) (?:the |a |his |her )?(?:primary |secondary )?school',
    college:
      '(?:college|university) (?:had )?(?:referred|raised|contacted)|referr(?:al|ed) (?:came )?(?:from|by) (?:the |a )?(?:college|university)',
    police:
      'police (?:had )?(?:referred|made (?:a|the) referral|notified)|referr(?:al|ed) (?:came )?(?:from|by) (?:the )?police',
    health:
      '(?:gp|health visitor|school nurse|hospital|midwife) (?:had )?(?:referred|raised)|referr(?:al|ed) (?:came )?(?:from|by) (?:the |a )?(?:gp|health visitor|school nurse|hospital)',
    'mental-health': 'camhs (?:had )?(?:referred|raised)|referr(?:al|ed) (?:came )?(?:from|by) camhs',
    'youth-justice':
      '(?:youth justice|youth offending)[a-z ]{0,10} (?:referred|raised)|referr(?:al|ed) (?:from|by) (?:the )?youth (?:justice|offending)',
    housing:
      'housing (?:officer|association|provider)? ?(?:referred|raised)|referr(?:al|ed) (?:from|by) (?:a |the )?housing',
    family:
      '(?:mother|father|mum|dad|parents?|grandmother|grandfather|aunt|uncle) (?:had )?(?:rang|phoned|called us|contacted us|asked for help|raised concerns)|self-referr',
    community:
      'member of the (?:public|community)|neighbours? (?:rang|reported|raised)|anonymous(?:ly)? (?:referr|report|call)',
  },
  agencies: {
    'prevent-team': 'prevent (?:lead|officer|coordinator|co-ordinator|team|education officer)',
    'channel-panel': 'channel (?:panel|chair|meeting|process|programme)',
    'counter-terrorism-policing': 'counter[- ]terrorism (?:polic|officer|unit)|\\bctp\\b|special branch',
    'local-police': 'neighbourhood (?:polic|officer)|local police|pcso|safer schools officer|the police',
    school: 'the school|headteacher|designated safeguarding lead|\\bdsl\\b|head of year|form tutor',
    camhs: 'camhs|child and adolescent mental health',
    health: '\\bgp\\b|health visitor|school nurse|paediatric',
    'youth-justice': 'youth (?:justice|offending)|\\byot\\b|\\byjs\\b',
    'early-help': 'early help',
    housing: 'housing (?:officer|association|department|team)',
    probation: 'probation|\\bprison\\b',
    lado: '\\blado\\b|designated officer',
    legal: 'legal (?:team|advice|planning)|family court|care proceedings',
    'intervention-provider': 'intervention provider|ideological mentor',
    'voluntary-organisation': 'charity|voluntary (?:organisation|sector|group)|youth club',
    'faith-organisation': 'mosque|imam|church|vicar|gurdwara|synagogue|faith leader',
    'virtual-school': 'virtual school|education welfare',
  },
  thresholdDecision: {
    'no-further-action': 'no further action|\\bnfa\\b|closed at (?:the )?front door',
    'early-help':
      '(?:stepped down|step(?:ped)?|referred|closed|moved|passed) to early help|early help (?:plan|assessment)',
    'child-in-need': 'child in need|section 17|\\bcin plan',
    'child-protection': 'child protection (?:plan|conference|enquir)|section 47|initial child protection',
    channel: '(?:adopted|accepted|referred) (?:in)?to channel|channel (?:panel )?(?:adopted|accepted)',
  },
  interventions: {
    'whole-family-work': 'whole[- ]family|work with the (?:whole )?family|family (?:sessions|meetings)',
    'direct-work-with-child': 'direct work|one[- ]to[- ]one (?:work|sessions)',
    'parenting-support': 'parenting (?:support|programme|course|work)',
    'ideological-mentoring': '(?:ideological|theological) (?:mentor|intervention)|intervention provider',
    mentoring: '(?:youth |peer )?mentor(?:ing|ed)?\\b',
    'online-safety-work':
      'online safety|internet (?:use|safety)|screen time|parental controls|device (?:monitoring|agreement)',
    'critical-thinking-work': 'critical thinking|media literacy|conspiracy',
    'education-support': 'reduced timetable|return(?:ed)? to school|education support|tuition|ehc(?:p| plan)',
    'mental-health-support': 'counselling|therapy|mental health (?:support|nurse|worker)|camhs (?:offered|support)',
    'neurodiversity-support': 'autis|adhd|neurodivers|sensory',
    'positive-activities': 'football club|boxing|youth club|positive activit|gym sessions|cadets|volunteering',
    mediation: 'mediation|restorative',
    'family-group-conference': 'family group (?:conference|decision)',
    'safety-plan': 'safety plan',
    'joint-visit': 'joint (?:home )?visit|visited (?:jointly|together)',
    'community-engagement': 'community (?:engagement|leader|elder|event|meeting)',
    'legal-proceedings': 'care proceedings|interim (?:care )?order|legal proceedings|public law outline',
    'practice-consultation': 'consult(?:ed|ation) (?:with )?(?:a |the )?(?:specialist|expert|psychologist)',
  },
  familyEngagement: {
    refused:
      "refused (?:to (?:engage|meet|let|speak)|access|entry|consent)|(?:would|did) not let us in|won't let us|shut the door",
    suspicious: 'suspicio|mistrust|distrust|wary of|thought we were spying|feared (?:we|that we)',
    mixed: 'one parent (?:engaged|agreed)|(?:mother|father) (?:engaged|agreed) but|parents disagreed',
    cooperative: 'co-?operat(?:ed|ive)|engaged well|agreed to (?:work|meet|engage)',
    welcomed: 'welcomed (?:the |our )?(?:help|support|visit)|relieved|asked for (?:help|support)|grateful',
    'not-approached': 'family (?:was|were) not approached|without approaching the family',
  },
  legitimacyChallenges: {
    child:
      '(?:he|she|they|the (?:boy|girl|young person|child)) (?:asked|questioned) (?:what right|why we)|none of our business',
    'parent-carer':
      '(?:parents?|mother|father|mum|dad|carer) (?:challenged|complained|questioned|objected|felt (?:targeted|accused|judged|labelled))|felt targeted|made a complaint',
    community: 'community (?:challenged|objected|felt|complained|leaders? (?:said|questioned))',
    school: 'school (?:challenged|questioned|objected)',
    'partner-agency': '(?:police|partner|health) (?:challenged|questioned|disagreed)',
    'own-staff':
      '(?:social worker|staff|practitioner|worker|team)s? (?:felt uneasy|felt uncomfortable|questioned|doubted|was unsure|were unsure|asked whether)',
    'legal-representative': '(?:solicitor|lawyer|barrister) (?:challenged|wrote|argued|objected)',
  },
  outcome: {
    'no-concern-found': 'no (?:concern|risk)s? (?:was |were )?(?:found|identified)|unfounded|unsubstantiated',
    'concern-reduced': 'concerns? (?:had |has |was |were )?(?:reduced|lessened|fell)|risk (?:had |was )?reduced',
    'closed-with-support': 'closed with (?:support|a plan)',
    'channel-completed': 'channel (?:support )?(?:was )?completed|exited channel',
    'support-declined': 'declined (?:support|help|channel|consent)|did not consent',
    disengaged: 'disengaged|stopped (?:engaging|attending)|withdrew consent',
    escalated: 'escalated|arrested|charged with|police investigation',
    're-referred': 're-referr|referred (?:again|back)',
    'moved-away': 'moved (?:away|out of (?:the )?area|to another authority)',
    ongoing: 'remains open|work continues|still (?:open|working)|ongoing',
  },
  setting: {
    home: 'family home|at home|in his bedroom|in her bedroom|home visit',
    'primary-school': 'primary school|year (?:1|2|3|4|5|6)\\b',
    'secondary-school': 'secondary school|high school|year (?:7|8|9|10|11)\\b',
    'alternative-provision': 'alternative provision|pupil referral unit|\\bpru\\b',
    'special-school': 'special school',
    'elective-home-education': 'electively home|home[- ]educat',
    college: 'sixth form|\\bcollege\\b',
    online: 'online|discord|telegram|tiktok|gaming|chat ?room|social media',
    'residential-care': "children's home|residential (?:care|home)",
    'foster-care': 'foster (?:care|carer|placement|home)',
    custody: 'in custody|young offender|secure (?:unit|training)',
    'faith-setting': 'madrasah|madrassa|sunday school|mosque|church hall',
    community: 'in the park|youth club|on the street|town centre',
  },
};
