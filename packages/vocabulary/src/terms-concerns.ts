import { readTerms } from './terms-read.ts';

/** Concerns and harms, what families do and say, and what helps. */
export const concernTerms = readTerms(`
extreme-right-wing
  Extreme right-wing; XRW; ERW; ERWT; RWE; XRWT; far right; extreme right; right-wing extremism; neo-Nazi;
  Nazi; white supremacist; white supremacy; white nationalist; fascist; fascism; swastika; Hitler;
  accelerationism; identitarian; great replacement; Nazi salute; salute
  ~ racism, extremism, antisemitism
islamic-state
  Daesh and al-Qaida; ISIS; ISIL; Daesh; Islamic State; al-Qaida; al Qaeda; jihadi; jihadist; jihad;
  caliphate; nasheed; black flag; AQ
  ~ islamist, terrorism
left-wing-anarchist-single-issue
  Left-wing, anarchist or single issue; LASI; LASIT; left wing extremism; anarchist; antifa; single issue;
  animal rights; environmental activism; eco-extremism; animal liberation; climate activist; climate protest;
  climate; environmental; direct action; blocks roads
  ~ extremism
incel
  Incel; incels; involuntary celibate; involuntarily celibate; manosphere; blackpill; red pill; redpilled;
  Andrew Tate; misogyny; misogynist; misogynistic; woman-hating; hates women; hates girls; toxic masculinity
  ~ online-influence
mixed-ideology
  Mixed, unstable or unclear ideology; MUU; mixed unclear unstable; mixed ideology; conflicted;
  salad bar extremism; pick and mix; jumps between ideologies; unclear ideology; composite violent extremism;
  changes ideology; changing ideology; keeps changing; shifting beliefs; mixed beliefs; shifting ideology;
  different ideology every week; opposite extremes; one extreme to another; swings between; several ideologies;
  no single ideology
  ~ ideology, no-ideology
no-ideology
  No ideology identified; no identifiable ideology; vulnerability present but no ideology; VPNI; no ideology;
  non-ideological
  ~ mixed-ideology, extreme-violence, ideology
extreme-violence
  Fascination with extreme violence; FEVMCA; violence fixated; gore; gore sites; beheading videos;
  torture videos; mass casualty; mass killing; serial killers; true crime obsession; watching people die;
  com network; 764; nihilistic violence; violent videos
  ~ school-massacre, fixation, no-ideology
school-massacre
  School massacre; school shooting; school shooter; Columbine; shoot up the school; kill list; hit list;
  attack the school; school attack; bomb the school; blow up the school; idolises attackers; idolise;
  hero worship; fan art; fan fiction; tribute videos; admires attackers; plan of the school; floor plan;
  plans of his school; maps of the school
  ~ extreme-violence, weapons
weapons
  Carrying a weapon; knife; tooled up; carrying a blade; carrying a knife; bladed article; weapon; weapons;
  machete; crossbow; airsoft; BB gun; shank; knife crime; explosives; bomb-making; pipe bomb; 3D printed gun;
  firearm
  ~ serious-youth-violence, school-massacre
serious-youth-violence
  Serious youth violence; SYV; gang; gangs; gang involvement; postcode war; stabbing; fighting
  ~ weapons, criminal-exploitation
criminal-exploitation
  Child criminal exploitation; CCE; county lines; cuckooing; drug running; exploited by a gang;
  child exploitation; MACE; contextual safeguarding; extra-familial harm; EFH; risk outside the home; ROTH
  ~ grooming, sexual-exploitation, national-referral-mechanism
sexual-exploitation
  Child sexual exploitation; CSE; sexual abuse; CSA; sextortion; indecent images; nudes; sexting
  ~ grooming, criminal-exploitation
grooming
  Grooming; groomed; being groomed; groomer; recruited; recruiter; recruitment; lured; drawn in; sucked in;
  older man online; getting in with the wrong crowd; older men; grown men; older lads; older boyfriend;
  giving him lifts; gave him a lift; gives him lifts; picked up in a car; collected by adults; fed him;
  bought him food; made him feel wanted
  ~ radicalisation, online-influence, sexual-exploitation, criminal-exploitation
indoctrination
  Indoctrination; brainwashed; brainwashing; indoctrinated; poisoning his mind; filling their heads;
  conditioned; taught to hate
  ~ radicalisation, family-ideology
family-ideology
  Family's ideology; parents hold extreme views; extremist parent; extremist family; radicalised parent;
  family views; views at home; picked it up at home; hears it at home; parent convicted of terrorism;
  parental extremism; inherited views; parent in prison; father in prison; convicted father; father convicted;
  visiting order; prison visits; contact in prison
  ~ indoctrination, extremism
terrorism
  Terrorism; terrorist; terror; terror attack; terror offence; proscribed organisation; proscribed group;
  banned group; terrorist material; section 58; Terrorism Act; arrested for terrorism
  ~ violent-extremism, counter-terrorism-policing
racism
  Racism; racist; racist language; racial abuse; racist remarks; racist jokes; anti-immigrant; anti-migrant;
  xenophobia; slurs; called them names; go back home
  ~ extreme-right-wing, hate-crime
antisemitism
  Antisemitism; antisemitic; anti-Semitic; anti-Semitism; hates Jews; anti-Jewish; Holocaust denial
  ~ racism, hate-crime, conspiracy-theories
islamophobia
  Anti-Muslim hatred; Islamophobia; Islamophobic; anti-Muslim; hates Muslims; prejudice against Muslims
  ~ racism, hate-crime, stigma
hate-crime
  Hate crime; hate incident; hate speech; hatred; homophobia; homophobic; transphobic; prejudice; graffiti;
  sprayed; vandalism; stickers; racist assault
  ~ racism, hateful-extremism
conspiracy-theories
  Conspiracy theories; conspiracy theory; conspiracist; QAnon; anti-vax; disinformation; misinformation;
  fake news; deep state; sovereign citizen; freeman on the land; flat earth; sovereign citizens;
  no lawful authority; no lawful power; notice of trespass
  ~ critical-thinking, online-influence
online-influence
  Online influence; online; social media; Discord; Telegram; TikTok; YouTube; Roblox; Minecraft; gaming;
  gaming chat; chat room; chatroom; dark web; forum; 4chan; on his phone all night; always on his computer;
  internet; algorithm; echo chamber; rabbit hole; group chat; extremist content; propaganda; memes
  ~ online-safety, grooming
online-safety
  Online safety work; online safety; e-safety; esafety; internet safety; digital resilience;
  parental controls; monitoring software; screen time; digital literacy
  ~ online-influence, critical-thinking
critical-thinking
  Critical thinking and media literacy; critical thinking; media literacy; challenging his thinking;
  counter-narrative; question what they see; debate; philosophy sessions
  ~ online-safety, pshe
mentoring
  Mentoring; mentor; mentored; role model; befriending; buddy; trusted adult
  ~ intervention-provider, youth-worker, positive-activities
positive-activities
  Positive activities; diversion; diversionary activity; football; gym; cadets; hobby; sport; drama group;
  something to do
  ~ youth-worker, mentoring
whole-family-work
  Whole-family work; whole family approach; family work; family therapy; systemic work; family intervention;
  working with the whole family
  ~ parenting-support, family-engagement
parenting-support
  Parenting support; parenting programme; parenting course; Triple P; non-violent resistance; NVR;
  boundaries at home; parenting
  ~ whole-family-work
mediation
  Mediation; mediated; conflict resolution; made peace
community-engagement
  Community engagement; engaging communities; community cohesion; community leaders; community meeting;
  community tension; community tensions; winning over the community; outreach
  ~ faith-leader, mistrust
family-engagement
  Family engagement; engaging the family; engaged well; family engaged; buy-in; got them on board; on board;
  won their trust; built trust; building trust; rapport; building a relationship; got through to;
  cooperative family; cooperated; welcomed help
  ~ family-resistance, explaining-concerns
explaining-concerns
  Explaining what is done and why; explaining our role; explain why we are there; open and honest;
  being honest with families; transparent; transparency; plain language; told them why;
  what to say to parents; how to tell the parents; first visit; difficult conversation; breaking the news
  ~ family-engagement, legitimacy
family-resistance
  Family resistance; resistant family; resistant; hostile; hostility; aggressive; angry parent; kicked off;
  kicking off; uncooperative; won't engage; wouldn't engage; not engaging; refusing to engage; non-engagement;
  won't cooperate; defensive; obstructive; avoidant; won't talk to us; stonewalled; shut down;
  told us to go away; threatened the worker; threatened staff
  ~ access-refused, disengagement, mistrust, disguised-compliance
access-refused
  Access refused; refused access; refuses access; refusing access; denied access; denied entry;
  won't let us in; won't let us see; wouldn't let us in; wouldn't let us see; won't let me in;
  won't let me see; wouldn't let me in; won't let the social worker in; not let in; turned away at the door;
  shut the door; slammed the door; on the doorstep; doorstep; won't answer the door; wouldn't open the door;
  would not open the door; child not seen; can't see the child; unable to see the child; no access visit;
  failed visit; missed appointments; cancelled visits; not allowed in; refused entry; refused to let;
  refused a visit; refused visits; refused home visits; refused the visit; refused every visit;
  refused all contact; refuses all contact; refuse everything; refuses everything; refused us at the door;
  trespassing; through the letterbox; stayed in the doorway; over an intercom; see him on his own;
  see her on her own; see the child alone; speak to him alone; blocked every attempt; not been seen;
  had not been seen; asked us to leave; would not let us see; will not let us see; would not let us in;
  will not let us in; refuses to let us see
  ~ family-resistance, consent
disengagement
  Disengagement; disengaged; dropped out; stopped coming; stopped answering; stopped engaging; drifted away;
  DNA; did not attend; was not brought; WNB; lost contact; ghosted; gone quiet; ignoring calls;
  not answering the phone
  ~ family-resistance, support-declined
mistrust
  Mistrust of services; suspicious of services; suspicion; suspicious; distrust; mistrust; don't trust us;
  doesn't trust social workers; lack of trust; fear of services; scared of social workers;
  think we are spying; spying; surveillance; feel targeted; being watched; afraid of losing their children;
  take the kids away
  ~ family-resistance, stigma, community-engagement
stigma
  Stigma; labelled; labelling; stigmatised; stigmatising; discrimination; profiling; singled out;
  treated as a terrorist; called a terrorist; because we are Muslim; because he's Muslim; unconscious bias;
  stereotyping; criminalised; suspect community
  ~ mistrust, legitimacy, islamophobia
complaint
  Complaint or legal challenge; complained; complaint; solicitor; solicitors letter; legal challenge;
  judicial review; ombudsman; subject access request; SAR; went to the press; went to the papers;
  MP got involved; campaign group; threatened to sue
  ~ legitimacy, family-resistance
beliefs
  Beliefs and identity; belief; beliefs; worldview; identity; sense of belonging; belonging;
  searching for identity; loner; isolated; social isolation; lonely; no friends
  ~ religious-observance, ideology
religious-observance
  Religious observance; converted to Islam; convert; conversion; praying; prayer; started praying; hijab;
  headscarf; niqab; growing a beard; became religious; more religious; Ramadan; devout; practising Muslim;
  revert
  ~ beliefs, faith-leader, misguided-referral
muslim-families
  Muslim families; Muslim family; Muslim community; Muslim parents; Muslim boy; Muslim girl
  ~ faith-leader, religious-observance
political-expression
  Political expression; Palestine; Gaza; Israel; free Palestine; protest; demonstration; demo;
  political views; activism; activist; badge; flag; foreign conflict; Middle East
  ~ freedom-of-belief, misguided-referral
domestic-abuse
  Domestic abuse; DA; DV; domestic violence; DVA; coercive control; coercion; hits mum; violence at home;
  controlling partner; honour based abuse; HBA; forced marriage; FGM
  ~ marac
neglect
  Neglect; neglected; neglectful; poor home conditions; left to fend for himself; unsupervised; poverty;
  hungry
substance-misuse
  Substance misuse; drugs; drug use; alcohol; drinking; cannabis; weed; substance use; smoking weed; vaping
missing
  Missing from home or care; missing episode; gone missing; runaway; ran away; absconded;
  return home interview; RHI; mispers; misper
trauma
  Trauma and loss; traumatised; trauma; ACEs; adverse childhood experiences; PTSD; bereavement; bereaved;
  grief; death of a parent; loss; trauma-informed
  ~ mental-health
threats
  Threats and worrying remarks; made a threat; threat to kill; threats; said he would kill; worrying comments;
  comments in class; inappropriate comments; drawings; drew pictures; wrote in his book; essay;
  throwaway remark; a joke; banter; edgy jokes; showing off; shock value; attention seeking
  ~ misguided-referral, school-massacre
younger-child
  Very young child; primary school child; little one; infant; Year 1; Year 2; key stage 1; six year old;
  five year old; seven year old; reception child; reception pupil; infant-school pupil; infant school
  ~ early-years
joint-visit
  Joint visit; joint home visit; visited with police; visited together; police came along;
  doorstep visit with police; accompanied visit
  ~ access-refused, counter-terrorism-policing
attack-planning
  Attack planning; attack plan; planning an attack; plan to attack; plans to attack; hit list; kill list;
  target list; list of targets; countdown; picked a date; order of events
  ~ school-massacre, weapons, suicidal-intent
suicidal-intent
  Suicidal intent; wants to die; wanted to die; wanting to die; plans to die; intention to die; won't be here;
  would not be here; wouldn't be here; not coming back; would not be coming back; take his own life;
  kill himself; kill herself; suicide; overdose; took tablets
  ~ mental-health, attack-planning
bullying
  Bullying; bullied; picked on; called names; battered; tormented
  ~ beliefs, missing-education
child-discloses
  Child who tells; disclosed; disclosure; told her teacher; told a teacher; the one who told; whistle-blower;
  confided; asked us not to say; source of the information
  ~ voice-of-the-child, sibling
travel-to-conflict
  Travel to join a conflict; planning to travel; travelling to join; join ISIS; going abroad to fight;
  stopped at the airport; airport; departure gate; one-way ticket; flight; passports
  ~ islamic-state, returning-families
drawing-or-writing
  Drawings, stories and schoolwork; drawing; drawings; drew; picture he drew; notebook; exercise book; essay;
  creative writing; coursework; story he wrote; maps he drew
  ~ threats, misguided-referral
filtering-alert
  Filtering or monitoring alert; filtering; web filter; filter alert; monitoring alert; monitoring software;
  filtering software; software alert; flagged searches; search history
  ~ online-influence
extremist-documents
  Manifestos and terrorist documents; manifesto; manifestos; attacker's writings; memory stick; USB stick;
  bomb-making manual; downloaded a document
  ~ terrorism
photographs
  Photographs and screenshots; photograph; photographed; took a photo; took a picture; screenshot; filmed;
  without permission
  ~ information-breach
police-search
  Police search or raid; warrant; raid; dawn raid; searched the house; police searched; house search
  ~ counter-terrorism-policing, mistrust
disorder
  Public disorder; disorder; riot; riots; rioting; looting; racist disorder
  ~ racism, community-engagement
intrusive-thoughts
  Intrusive thoughts; unwanted thoughts; thoughts she did not want; OCD; obsessive compulsive disorder
  ~ mental-health
survivalism
  Survivalism; prepper; preppers; prepping; survivalist; off grid; off the grid; stockpiling; societal collapse
  ~ conspiracy-theories
`);
