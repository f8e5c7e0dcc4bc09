import { readTerms } from './terms-read.ts';

/** Law, plans, meetings, assessments and decisions. */
export const processTerms = readTerms(`
child-in-need
  Child in need; CIN; children in need; section 17; s17; s.17; CIN plan; child in need plan
  ~ child-protection, early-help
child-protection
  Child protection; CP; child protection plan; CP plan; CPP; on a plan; at risk register
  ~ section-47, significant-harm, child-protection-conference
section-47
  Section 47 enquiry; s47; s.47; section 47; section 47 investigation; child protection enquiry;
  child protection investigation
  ~ strategy-discussion, significant-harm, child-protection
significant-harm
  Significant harm; risk of significant harm; likely to suffer significant harm; emotional harm
  ~ threshold, section-47
strategy-discussion
  Strategy discussion; strategy meeting; strat meeting; strat discussion; strat
  ~ section-47
child-protection-conference
  Child protection conference; ICPC; initial child protection conference; case conference; RCPC;
  review child protection conference; CPC
  ~ core-group, child-protection
core-group
  Core group; core group meeting
  ~ child-protection-conference
assessment
  Child and family assessment; C&F assessment; single assessment; social work assessment; CFA;
  section 17 assessment
  ~ child-in-need
early-help
  Early help; EH; early intervention; family help; targeted support; preventative support; troubled families;
  supporting families
  ~ early-help-assessment, team-around-the-family, child-in-need
early-help-assessment
  Early help assessment; EHA; CAF; common assessment framework; EHAF
  < early-help
team-around-the-family
  Team around the family; TAF; TAC; team around the child; TAF meeting; TAS; team around the school
  < early-help
step-up
  Step up; stepped up; escalated to social care; escalate the case
  ~ step-down, threshold
step-down
  Step down; stepped down; stepping down; closed to social care
  ~ step-up, case-closure
no-further-action
  No further action; NFA; NFA'd; NFAed; closed with no action; did not meet threshold; didn't meet threshold;
  screened out; not accepted
  ~ threshold, no-concern-found, case-closure
case-closure
  Case closure; closed the case; case closed; closing the case; closing summary; exit plan; ending involvement
  ~ step-down, re-referral
re-referral
  Referred again; re-referral; re-referred; repeat referral; rereferral; revolving door; came back to us;
  second referral; came back worse; it came back; he came back; she came back; reopened; re-opened;
  closed too soon; closed too early; referred again later
  ~ case-closure, referral
referral
  Referral; refer; made a referral; put a referral in; report a concern; raised a concern;
  contact and referral
  ~ single-referral-process, misguided-referral
single-referral-process
  Single referral process; single referral pathway; single point of access; SPA; single front door;
  one referral form; referral pathway; referral route; national referral form; NRF
  ~ front-door, referral
front-door
  Front door; MASH; multi-agency safeguarding hub; integrated front door; IFD; contact centre; duty team;
  duty desk; first response; referral and assessment team; SPOC; single point of contact
  ~ single-referral-process
misguided-referral
  Misguided referral; mistaken referral; misunderstanding; misinterpreted; got the wrong end of the stick;
  jumped to conclusions; taken out of context; misread
  ~ over-referral, no-concern-found
malicious-referral
  Malicious referral; vexatious referral; malicious allegation; false allegation; made it up; grudge;
  parental dispute; custody dispute; used as a weapon; repeated allegations; anonymous allegation;
  unfounded allegations
  ~ misguided-referral
no-concern-found
  No concern found; no risk found; no risk identified; nothing to worry about; no concerns; unfounded;
  unsubstantiated; turned out to be nothing; false alarm; no extremism concern; no evidence of radicalisation
  ~ misguided-referral, no-further-action
channel
  Channel; Channel panel; Channel programme; Channel process; Channel case; Channel support; CTLP;
  counter terrorism local profile panel; adopted by Channel
  ~ prevent, vulnerability-assessment-framework, intervention-provider, consent
prevent
  Prevent; Prevent programme; Prevent referral; Prevent strategy; Prevent agenda
  ~ prevent-duty, channel, prevent-education-officer
prevent-duty
  Prevent duty; section 26; Counter-Terrorism and Security Act; CTSA 2015; statutory Prevent duty
  ~ prevent, british-values
vulnerability-assessment-framework
  Vulnerability assessment framework; VAF; Prevent assessment framework; PAF; Channel assessment;
  engagement intent capability; extremism risk guidance; ERG 22; ERG22+; gateway assessment; PGA;
  Prevent gateway assessment
  ~ channel, vulnerable
counter-terrorism-local-profile
  Counter-terrorism local profile; CTLP; local profile; local risk profile; situational risk assessment
  ~ prevent
consent
  Consent; consented; agreed to support; voluntary support; informed consent; without consent;
  declined consent; withdrew consent; parental consent; without asking; without telling; without permission;
  without their knowledge; without her knowledge; behind their back; last to know; one parent consents;
  one parent refuses; agreed and dad refused
  ~ information-sharing, support-declined, channel
support-declined
  Support declined; declined support; refused support; said no to Channel; turned down help; didn't want help;
  don't want help; won't accept help; refused Channel
  ~ consent, family-resistance, disengagement
information-sharing
  Information sharing; sharing information; share information; info sharing; data sharing; GDPR;
  data protection; ISA; information sharing agreement; wouldn't tell us; would not share; kept in the dark;
  not told; confidentiality
  ~ consent, multi-agency-working
multi-agency-working
  Multi-agency working; joint working; partnership working; working together; interagency working;
  multi agency meeting; MAM; professionals meeting; joined up; silo working
  ~ information-sharing, professional-disagreement
professional-disagreement
  Professional disagreement; disagreement between agencies; agencies disagreed; escalation policy;
  professional challenge; dispute resolution; could not agree; couldn't agree; fell out with; pushed back;
  different views; disagreed; disagreement; dissent; escalation protocol; resolution protocol;
  escalation route; overruled; both views; settle a disagreement
  ~ multi-agency-working, threshold, ownership
ownership
  Ownership of cases; case ownership; who is responsible; who owns; lead agency; lead professional;
  whose job is it; passed from pillar to post; not our remit; not my job; fell between the cracks;
  falls between; case holder; accountability; who leads; who holds the case; holds the case; owned by nobody;
  nobody owned it; each thought that the other; not ours to hold; which service; named lead; named owner;
  one owner; nobody knew whose case
  ~ single-referral-process, multi-agency-working, professional-disagreement
threshold-document
  Threshold document; continuum of need; levels of need; threshold guidance; windscreen of need;
  effective support document
  ~ threshold
proportionality
  Proportionality; proportionate; proportionate response; heavy-handed; sledgehammer; disproportionate;
  over the top
  ~ legitimacy
freedom-of-belief
  Freedom of belief and speech; freedom of speech; free speech; freedom of expression; freedom of religion;
  entitled to his opinion; entitled to their views; thought police
  ~ legitimacy, beliefs
parental-rights
  Parents' rights; parental rights; parental responsibility; PR; family life; article 8; human rights
  ~ legitimacy, consent
serious-case-review
  Child safeguarding practice review; SCR; serious case review; CSPR; LCSPR;
  local child safeguarding practice review; rapid review; learning review; lessons learned; practice review
family-group-conference
  Family group conference; FGC; family group decision making; FGDM; family network meeting; family meeting
care-proceedings
  Care proceedings; section 31; s31; family court; public law outline; PLO; pre-proceedings;
  interim care order; ICO; care order; wardship; emergency protection order; EPO; section 20; s20;
  legal planning meeting; LPM; letter before proceedings
  ~ looked-after-child, child-protection
safety-plan
  Safety plan; safety planning; risk management plan; risk assessment; internet safety plan;
  behaviour contract; written agreement
supervision
  Supervision; reflective supervision; management oversight; case discussion; group supervision;
  management guidance
  ~ professional-curiosity
professional-curiosity
  Professional curiosity; respectful uncertainty; asking the difficult questions; healthy scepticism;
  dig deeper; took it at face value
  ~ supervision, disguised-compliance
staff-confidence
  Staff confidence; lack of confidence; out of our depth; unsure what to do; didn't know what to do;
  not confident; never had one of these; inexperienced; first case; scared of getting it wrong;
  anxious workers; never had one before; never had one of these before; had never had one; our first one;
  never done this before; had not done this before; have not done this before; never held anything like it;
  new to this; out of my depth; how little I knew; where do I start; where to start
  ~ training, supervision
training
  Training; WRAP; workshop to raise awareness of Prevent; Prevent training; CPD; safeguarding training;
  awareness session
  ~ staff-confidence
voice-of-the-child
  Voice of the child; child's voice; child's views; child's wishes; wishes and feelings; seen alone;
  spoke to the child alone; direct work
national-referral-mechanism
  National Referral Mechanism; NRM; NRM referral; modern slavery referral; trafficking referral
  ~ criminal-exploitation
early-intervention-foundation
  Early Intervention Foundation; EIF; Foundations what works centre
  ~ early-help
education-inspection-framework
  Education inspection framework; EIF; Ofsted framework; Ofsted inspection; Ofsted
  ~ british-values
ilacs
  Inspection of children's services; ILACS; JTAI; joint targeted area inspection;
  inspection of local authority children services
working-together
  Working Together to Safeguard Children; Working Together; WT2023; statutory guidance; KCSIE;
  Keeping Children Safe in Education
safeguarding-partnership
  Safeguarding children partnership; SCP; LSCP; LSCB; safeguarding board; local safeguarding partnership;
  safeguarding partners
staff-doubt
  Staff doubt about being involved; should we be involved; should we be there; shouldn't be involved;
  not our business; none of our business; not social care's job; not a social care matter; no business with it;
  no right to be there; by what right; policing opinions; police opinions; political views; people's politics;
  is this ours; is this even ours; reservations; not sure that we should; uneasy about visiting
  ~ legitimacy, staff-confidence, freedom-of-belief, proportionality
operational-delay
  Asked to wait by the police; asked to hold off; hold off; asked us to wait; asked us to hold off;
  wanted us to wait; asked us to delay; active investigation; live investigation; alert the family; tip them off;
  tipping them off; operational reasons; could not wait
  ~ counter-terrorism-policing, professional-disagreement
separated-parents
  Separated parents; parents separated; separated; divorced; split up; contact dispute; private law; Cafcass;
  former partner; two households; both parents have parental responsibility; separation
  ~ malicious-referral, consent
information-breach
  Information shared with the wrong people; information breach; data breach; private details; read out at a meeting;
  confidential details; overshared; copied everyone in; told people who had no business knowing
  ~ information-sharing, complaint
case-transfer
  Transfer between authorities; case transfer; transfer; transferred; handover; handed over; transfer meeting;
  moved area; moved to another authority; receiving authority; sending authority; family moved
  ~ placed-out-of-area, ownership
placed-out-of-area
  Placed out of area; out of area; out-of-area placement; placing authority; host authority;
  placed at a distance; placed away; placed by another council; corporate parent
  ~ looked-after-child, case-transfer, ownership
nameless-consultation
  Consultation without a name; no-names consultation; nameless consultation; without giving a name;
  without a name; without names; no name given; would not give a name; advice line; consultation line;
  practice consultation; ring for advice; anonymous advice; talk it through
  ~ referral, information-sharing
anonymous-report
  Anonymous report; anonymous letter; unsigned letter; unsigned report; anonymous referral; anonymous tip-off;
  no name and address
  ~ malicious-referral
many-visitors
  Too many professionals; too many workers; several visitors; too many visitors; change of worker;
  changes of worker; four workers; so many professionals; crowd of professionals; one worker
  ~ ownership, multi-agency-working
elected-members
  Elected members; councillor; councillors; elected member; leader of the council; member of parliament
  ~ political-expression
restorative-work
  Restorative work; restorative; restorative justice; restorative meeting; reparation; met the victim; victims
  ~ mediation, hate-crime
`);
