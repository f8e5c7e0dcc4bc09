import { describe, expect, it } from 'vitest';
import {
  isDriverNumber,
  isIban,
  isNationalInsurancePrefix,
  isNhsNumber,
  isUniqueLearnerNumber,
  isUniquePupilNumber,
  passesLuhn,
} from './checksums.ts';

describe('check digits', () => {
  it.each(['9434765870', '5677622257', '0729809846'])('takes a valid NHS number', (number) => {
    expect(isNhsNumber(number)).toBe(true);
  });

  it.each(['9434765871', '1766711031', '0000000000', '943476587'])('refuses a wrong NHS number', (number) => {
    expect(isNhsNumber(number)).toBe(false);
  });

  it('knows the unique learner number of the published example', () => {
    expect(isUniqueLearnerNumber('9276308686')).toBe(true);
    expect(isUniqueLearnerNumber('9276308687')).toBe(false);
    expect(isUniqueLearnerNumber('0276308686')).toBe(false);
  });

  it('knows the unique pupil number of the published example, and one digit wrong', () => {
    expect(isUniquePupilNumber('B801200005001')).toBe(true);
    expect(isUniquePupilNumber('B801200005002')).toBe(false);
    expect(isUniquePupilNumber('B80120000500')).toBe(false);
  });

  it('knows which National Insurance prefixes are issued', () => {
    expect(['AB', 'JK', 'EH', 'PR'].every(isNationalInsurancePrefix)).toBe(true);
    expect(['GB', 'NK', 'ZZ', 'DA', 'AO', 'QQ'].some(isNationalInsurancePrefix)).toBe(false);
  });

  it('checks cards, bank accounts and driver numbers', () => {
    expect(passesLuhn('4111111111111111')).toBe(true);
    expect(passesLuhn('4111111111111112')).toBe(false);
    expect(isIban('GB82WEST12345698765432')).toBe(true);
    expect(isIban('GB82WEST12345698765433')).toBe(false);
    expect(isDriverNumber('MORGA657054SM9IJ')).toBe(true);
    expect(isDriverNumber('MORGA633054SM9IJ')).toBe(false);
  });
});
