/** How a principal travels from a broker to the controller, inside Envelope. */
import { message, type Infer } from '../message.ts';
import { bool, string } from '../schema/field.ts';

/**
 * DefaultPrincipalData: who sent a forwarded request, after an int16 with the version (KIP-590).
 */
export const defaultPrincipalData = message('DefaultPrincipalData', { versions: '0', flexible: '0+' }, () => ({
  type: string('0+', 'Such as `User`.'),
  name: string('0+'),
  tokenAuthenticated: bool('0+', 'By a delegation token, which may not be used to make another.'),
}));
export type DefaultPrincipalData = Infer<typeof defaultPrincipalData>;
