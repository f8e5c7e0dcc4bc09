import type { GuardProfile } from './finding.ts';

/** Occupations by the sector to write instead. Folded; several words are joined by an underscore. */
const bySector: Readonly<Record<string, string>> = {
  'in transport':
    'taxi_driver bus_driver lorry_driver truck_driver train_driver van_driver delivery_driver driver chauffeur pilot air_hostess flight_attendant courier postman postwoman sailor seaman',
  'in construction':
    'builder bricklayer plasterer roofer scaffolder carpenter joiner electrician plumber painter_and_decorator labourer surveyor architect civil_engineer crane_operator welder',
  'in retail':
    'shop_assistant shopkeeper cashier market_trader supermarket_manager butcher baker greengrocer florist jeweller estate_agent salesman saleswoman sales_assistant trader merchant',
  'in hospitality':
    'chef cook waiter waitress barman barmaid bartender hotel_manager restaurant_owner takeaway_owner baker barista',
  'in health or care':
    'nurse care_worker care_assistant carer_in_a_home dentist pharmacist optician paramedic physiotherapist radiographer doctor surgeon consultant_surgeon midwife healthcare_assistant veterinary_surgeon vet',
  'in education':
    'primary_school_teacher secondary_school_teacher school_teacher schoolteacher assistant_professor associate_professor university_student teacher lecturer teaching_assistant professor headmaster headmistress school_caretaker lunchtime_supervisor university_lecturer academic researcher tutor',
  'in a public service':
    'gendarme conscript diplomat ambassador serviceman housing_officer deputy_mayor prison_guard police_officer soldier firefighter prison_officer civil_servant army_officer bailiff judge magistrate councillor mayor customs_officer border_officer fireman policeman policewoman member_of_parliament',
  'in a faith organisation': 'imam vicar priest rabbi pastor churchwarden minister_of_religion monk nun bishop',
  'in an office':
    'loan_officer bank_manager sales_manager project_manager marketing_executive analyst administrator public_relations_officer accountant solicitor barrister lawyer advocate physician advocate trainee_lawyer secretary receptionist marketing_executive analyst consultant administrator human_resources_manager loan_officer customer_service_representative sales_manager project_manager bank_manager bank_clerk clerk software_engineer software_developer programmer it_technician insurance_broker bookkeeper journalist editor company_director businessman businesswoman manager economist banker translator interpreter notary',
  'in industry':
    'watchman night_watchman factory_worker warehouse_worker mechanic engineer machine_operator miner steelworker fitter fisherman farmer farm_worker gardener gamekeeper cleaner security_guard window_cleaner technician craftsman seamstress tailor locksmith',
  'in the arts or sport':
    'footballer boxer musician singer actor actress artist photographer hairdresser barber beautician tattooist wrestler footballer dancer ballet_dancer writer author poet model dj composer film_director television_presenter',
};

const sectors = new Map<string, string>();
for (const [sector, names] of Object.entries(bySector)) {
  for (const name of names.split(/\s+/)) {
    sectors.set(name.replace(/_/g, ' '), sector);
  }
}

export const occupationPattern = new RegExp(
  `\\b(?:${[...sectors.keys()].sort((a, b) => b.length - a.length).join('|')})s?\\b`,
  'gi',
);

// Roles that a learning record speaks of on every page. They say who did what, not who someone is.
const rolesOfPractice = new Set(
  'lunchtime supervisor advocate pastor rabbi vicar teacher administrator governor commander sergeant captain ambassador analyst doctor nurse manager judge magistrate solicitor lawyer barrister police officer police_officer headmaster headmistress midwife tutor prison officer teaching assistant driver secretary model author paramedic consultant interpreter translator imam councillor cook minister researcher editor bishop engineer dentist pharmacist receptionist priest'
    .split(' ')
    .concat([
      'police officer',
      'prison officer',
      'teaching assistant',
      'member of parliament',
      'civil servant',
      'care worker',
      'care assistant',
      'healthcare assistant',
      'border officer',
    ]),
);

/** Whether a matched occupation tells about someone at this profile. */
export function isOccupation(written: string, profile: GuardProfile): boolean {
  const name = written.toLowerCase();
  const singular = name.replace(/s$/, '');
  if (profile === 'practice') {
    return !rolesOfPractice.has(singular) && !rolesOfPractice.has(name);
  }
  return !/^(?:judge|magistrate|minister|lawyer|barrister|solicitor|doctor|secretary|author|model|officer|bailiff|notary|ambassador|consultant|governor|commander)s?$/.test(
    name,
  );
}

/** What to write instead: the sector of an occupation. */
export function sectorOf(written: string): string {
  const name = written.toLowerCase();
  const sector = sectors.get(name) ?? sectors.get(name.replace(/s$/, ''));
  return /s$/.test(name) && !sectors.has(name)
    ? `people who work ${sector ?? 'there'}`
    : `someone who works ${sector ?? 'there'}`;
}
