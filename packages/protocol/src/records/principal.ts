/** @FILE */
import { message, type Infer } from '../message.ts';
import { bool, string } from '../schema/field.ts';

/**
 * DefaultPrincipalData: @DOC
 */
export const defaultPrincipalData = message('DefaultPrincipalData', { versions: '0', flexible: '0+' }, () => ({
  type: string('0+'),
  name: string('0+'),
  tokenAuthenticated: bool('0+'),
}));
export type DefaultPrincipalData = Infer<typeof defaultPrincipalData>;
