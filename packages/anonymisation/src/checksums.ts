/**
 * Check digits and shapes of the numbers that public services give to people. Each takes the characters without
 * spaces or punctuation, letters in upper case.
 */

function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0;
  weights.forEach((weight, i) => {
    sum += weight * Number(digits.charAt(i));
  });
  return sum;
}

/** NHS number, NHS Data Model and Dictionary: modulus 11 over nine digits with weights 10 to 2. */
export function isNhsNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) {
    return false;
  }
  const check = 11 - (weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && (check === 11 ? 0 : check) === Number(digits.charAt(9));
}

/** Unique learner number, Learning Records Service: ten digits, the first not 0, weights 10 to 1, remainder 10. */
export function isUniqueLearnerNumber(digits: string): boolean {
  return /^[1-9]\d{9}$/.test(digits) && weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 10;
}

const upnLetters = 'ABCDEFGHJKLMNPQRTUVWXYZ';

/**
 * Unique pupil number, DfE: a check letter, twelve digits; a temporary number ends in a letter, which counts by its
 * place in the same alphabet.
 */
export function isUniquePupilNumber(value: string): boolean {
  if (!/^[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]$/.test(value)) {
    return false;
  }
  let sum = 0;
  for (let i = 1; i < 13; i++) {
    const character = value.charAt(i);
    sum += (i + 1) * (character >= 'A' ? upnLetters.indexOf(character) : Number(character));
  }
  return upnLetters.charAt(sum % 23) === value.charAt(0);
}

const niForbidden = new Set(['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ']);

/** National Insurance prefix, HM Revenue and Customs manual NIM39110. */
export function isNationalInsurancePrefix(letters: string): boolean {
  return /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]$/.test(letters) && !niForbidden.has(letters);
}

/** Luhn's check digit, ISO/IEC 7812: payment cards. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.charAt(digits.length - 1 - i));
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** International bank account number, ISO 13616: remainder 1 modulo 97 after moving the first four characters. */
export function isIban(value: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(value)) {
    return false;
  }
  let remainder = 0;
  for (const character of value.slice(4) + value.slice(0, 4)) {
    const part = character >= 'A' ? String(character.charCodeAt(0) - 55) : character;
    remainder = Number(`${remainder}${part}`) % 97;
  }
  return remainder === 1;
}

/** Driver number of Great Britain, DVLA: five of the surname, a date of birth, two initials, three more. */
export function isDriverNumber(value: string): boolean {
  const parts = /^([A-Z]{1,5}9{0,4})\d([01567]\d)([0-3]\d)\d[A-Z9]{2}[A-Z0-9]{3}$/.exec(value);
  if (!parts || (parts[1] ?? '').length !== 5) {
    return false;
  }
  const month = Number(parts[2]) % 50;
  const day = Number(parts[3]);
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
