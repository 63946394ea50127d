/** Whose a conversation is that stands in no list: rows bring names along, an old thread brings its customer's id. */
import { customerName } from "../components/names";
import type { CustomerBody } from "../wire/resources";
import { useResource } from "../wire/useResource";

interface Props {
  customer: string;
  /** The service knows no name any more then. */
  erased: boolean;
}

export function UnlistedName({ customer, erased }: Props) {
  const { value } = useResource<CustomerBody>(`customers/${encodeURIComponent(customer)}`, Number(erased));
  return customerName({ customer, customer_name: value?.name || null });
}
