/** A slider below a picture, with what it says at its value. */
export function Scrub(props: {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly value: number;
  readonly said: string;
  readonly onChange: (value: number) => void;
}) {
  const { label, least, most, value, said, onChange } = props;
  return (
    <label className="scrub">
      <span>{label}</span>
      <input
        type="range"
        min={least}
        max={most}
        value={value}
        aria-valuetext={said}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
        data-testid="scrub"
      />
      <output>{said}</output>
    </label>
  );
}

/** Two or three ways to look at one picture. */
export function Switch<Id extends string>(props: {
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly words: string }[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
}) {
  return (
    <div className="switch" role="group" aria-label={props.label}>
      {props.options.map(({ id, words }) => (
        <button key={id} type="button" aria-pressed={id === props.value} onClick={() => props.onChange(id)}>
          {words}
        </button>
      ))}
    </div>
  );
}
