/** A panel that cannot be drawn says so and leaves the others alone. */
import { Component, type ReactNode } from 'react';
import { useText } from '../text';

interface CatchProps {
  readonly children: ReactNode;
}

export class Catch extends Component<CatchProps, { readonly message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <div className="panel panel-empty" role="alert" data-testid="broken-panel">
        <Broken message={message} />
      </div>
    );
  }
}

const Broken = ({ message }: { readonly message: string }) => useText().problems.brokenPanel(message);
