import { readTerms } from './terms-read.ts';

/** Roles, agencies, settings and groups of children. */
export const peopleTerms = readTerms(`
lado
  Local authority designated officer; LADO; designated officer; allegation against a professional;
  position of trust; PIPOT; person in a position of trust; DOFA
dsl
  Designated safeguarding lead; DSL; DDSL; safeguarding lead; DSP; designated person; child protection lead;
  CPO; pastoral lead; deputy safeguarding lead
iro
  Independent reviewing officer; IRO; reviewing officer; CP chair; conference chair
social-worker
  Social worker; SW; allocated worker; case worker; caseworker; ASYE; practitioner; social services;
  children's services; CSC; social care; children's social care
family-support-worker
  Family support worker; FSW; early help worker; family worker; outreach worker; keyworker; key worker; EHP;
  family practitioner
  ~ early-help
prevent-coordinator
  Prevent coordinator; Prevent lead; PC; local authority Prevent lead; Prevent officer; Prevent manager
  ~ prevent-education-officer, prevent
prevent-education-officer
  Prevent education officer; PEO; education officer; Prevent schools officer
  ~ prevent-coordinator
intervention-provider
  Intervention provider; IP; Home Office intervention provider; Channel mentor; deradicalisation mentor;
  theological mentor; ideological mentor; ideological mentoring; theological mentoring
  ~ channel, mentoring
counter-terrorism-policing
  Counter Terrorism Policing; CTP; CTU; counter terrorism unit; CTIU; Prevent police; CT police;
  counter terrorism case officer; CTCO; SO15; special branch; fixed intelligence management unit; FIMU;
  counter-terror police; anti-terror police
  ~ police, police-led-partnership
police-led-partnership
  Police-led partnership; PLP; PMAP; police led space; police-led
  ~ counter-terrorism-policing, channel
police
  Police; local police; neighbourhood policing; PCSO; safer schools officer; SSO; police officer; bobby;
  constable
  ~ counter-terrorism-policing
mappa
  Multi-agency public protection arrangements; MAPPA; public protection panel
  ~ probation
marac
  Multi-agency risk assessment conference; MARAC
  ~ domestic-abuse
camhs
  Child and adolescent mental health service; CAMHS; CYPMHS; child mental health; mental health team; MHST;
  mental health support team; psychiatrist; clinical psychologist
  ~ mental-health
mental-health
  Mental health; mental ill health; anxiety; depression; low mood; psychosis; self-harm; suicidal;
  suicidal ideation; hearing voices; emotional wellbeing
  ~ camhs
youth-justice
  Youth justice service; YOT; YJS; YOS; youth offending team; youth offending service; youth offending
  ~ young-offender
young-offender
  Child in the youth justice system; young offender; YOI; young offender institution; secure estate; on remand;
  referral order; secure training centre; custody; resettlement; released from custody; secure establishment;
  court order
  ~ youth-justice
probation
  Probation; probation officer; PO; prison; on licence; released from prison; returning from prison;
  TACT offender; TACT; terrorism offence; released to his family; coming out of prison; licence conditions;
  release from prison
  ~ mappa
ehcp
  Education, health and care plan; EHCP; EHC plan; statement of special educational needs; EHCNA
  ~ send
send
  Special educational needs and disabilities; SEND; SEN; special needs; additional needs; ALN;
  learning difficulties; learning disability; LD; SENCO; SENDCO; SEMH; social emotional and mental health
  ~ ehcp, autism, adhd
autism
  Autism; autistic; ASD; ASC; autism spectrum; autistic spectrum condition; Asperger's; special interest;
  fixated interest; neurodivergent; neurodiverse; neurodiversity; PDA
  ~ send, adhd, fixation
adhd
  Attention deficit hyperactivity disorder; ADHD; ADD; hyperactive
  ~ autism, send
fixation
  Fixation; obsession; obsessed; obsessed with; fixated; preoccupied; rigid thinking; intense interest
  ~ autism, extreme-violence
neet
  Not in education, employment or training; NEET; out of work; unemployed; doing nothing all day
  ~ missing-education
elective-home-education
  Elective home education; EHE; home educated; home education; home-schooled; homeschooling; taught at home;
  deregistered; taken out of school; withdrawn from school; off-rolled
  ~ missing-education, unregistered-school
missing-education
  Child missing education; CME; missing education; persistent absence; not attending; school refuser;
  school refusal; non-attendance; truant; skiving; EBSA; severely absent; part-time timetable; not in school;
  won't go to school
  ~ exclusion, elective-home-education
exclusion
  Exclusion from school; excluded; permanently excluded; PEX; fixed term exclusion; suspended; suspension;
  kicked out of school; expelled; managed move; internal exclusion
  ~ alternative-provision, missing-education
alternative-provision
  Alternative provision; AP; PRU; pupil referral unit; short stay school; APA
  ~ exclusion
unregistered-school
  Unregistered school; illegal school; madrasa; madrassah; supplementary school; out-of-school setting; OOSS;
  Saturday school; yeshiva; tuition centre
  ~ elective-home-education, faith-leader
virtual-school
  Virtual school; virtual school head; VSH; education welfare; EWO; education welfare officer;
  attendance officer
educational-psychologist
  Educational psychologist; ed psych; educational psychology; EPS
pshe
  Personal, social, health and economic education; PSHE; RSE; RSHE; citizenship lessons; tutor time; assembly
  ~ smsc, critical-thinking
smsc
  Spiritual, moral, social and cultural development; SMSC
  ~ british-values, pshe
looked-after-child
  Looked-after child; LAC; CLA; child looked after; child in care; CIC; in care; cared for child; looked after
  ~ foster-care, residential-care, care-leaver
care-leaver
  Care leaver; care experienced; leaving care; personal adviser; PA; pathway plan; semi-independent;
  supported accommodation
  ~ looked-after-child
foster-care
  Foster care; foster carer; foster parent; fostering; foster placement; kinship carer; kinship care;
  connected person; special guardianship; SGO
  ~ looked-after-child
residential-care
  Residential care; children's home; residential home; care home; residential placement; secure home
  ~ looked-after-child
uasc
  Unaccompanied asylum-seeking child; UASC; UAM; unaccompanied minor; asylum seeker; asylum-seeking; refugee;
  separated child; unaccompanied
  ~ looked-after-child, returning-families
returning-families
  Family returning from conflict; returner; returnee; returning from Syria; back from Syria; war zone;
  conflict zone; travelled to Syria; going to Syria; attempted travel; foreign fighter; Syria; Iraq;
  repatriated; brought home from a war; coming back from abroad; came back from overseas; home from overseas
  ~ islamic-state
health-visitor
  Health visitor or school nurse; health visitor; HV; school nurse; SN; 0-19 team; GP; family doctor; midwife;
  paediatrician; A&E
adult-services
  Adult social care; ASC; adult services; adult mental health; AMHP; adult safeguarding; vulnerable adult
housing
  Housing; housing officer; landlord; housing association; tenancy; homeless; homelessness; eviction;
  temporary accommodation; sofa surfing
voluntary-organisation
  Voluntary organisation; VCS; VCSE; charity; third sector; community group; NGO; civil society organisation;
  CSO
faith-leader
  Faith leader; imam; mosque; vicar; pastor; priest; rabbi; church; temple; gurdwara; synagogue;
  faith community; place of worship; religious leader
  ~ community-engagement, religious-observance
youth-worker
  Youth worker; youth service; youth club; detached youth worker; youth centre; sports coach; boxing club
  ~ mentoring, positive-activities
interpreter
  Interpreter; translator; interpreting; translation; EAL; English as an additional language;
  speaks no English; language barrier
father
  Father; dad; daddy; stepdad; step-dad; stepfather; mum's partner
  < parent
mother
  Mother; mum; mam; mom; mummy; stepmum; step-mum; stepmother
  < parent
parent
  Parent or carer; parents; carer; carers; guardian; mum and dad
  ~ father, mother
grandparent
  Grandparent; grandad; granddad; grandma; nan; nana; gran; granny; grandmother; grandfather
  ~ wider-family
wider-family
  Wider family; extended family; relatives; uncle; auntie; aunt; cousin; relative
  ~ grandparent
sibling
  Sibling; brother; sister; siblings; big brother; older brother; younger brother; half-brother; half-sister
child
  Child; kid; youngster; young person; YP; young people; pupil; student; teenager; teen; adolescent; minor;
  schoolboy; schoolgirl
boy
  Boy; lad; young man; son; male pupil
  < child
girl
  Girl; lass; young woman; daughter; female pupil
  < child
teacher
  Teacher; form tutor; head of year; headteacher; head teacher; teaching assistant; TA; class teacher;
  school staff
early-years
  Early years; nursery; preschool; pre-school; reception class; childminder; playgroup; EYFS; toddler;
  four year old; under five
college
  College or university; sixth form; sixth-form college; FE college; further education; university; uni; HE;
  undergraduate
travellers
  Gypsy, Roma and Traveller families; GRT; traveller; travellers; traveller site; caravan site; Roma
  ~ community-engagement
adoption
  Adoption; adopted; adoptive parents; adopters; birth family; birth parents; birth sibling; life story work
  ~ looked-after-child
`);
