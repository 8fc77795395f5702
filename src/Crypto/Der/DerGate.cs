using DataHub.Kernel.Faults;

namespace DataHub.Crypto.Der;

/// <summary>
/// The gate in front of every parser of foreign DER (X.690): one pass over the bytes without recursion and without allocation that
/// refuses whatever could exhaust a parser's stack or time — nesting, sheer number, huge object identifiers, explicit curve
/// parameters — and every encoding that is not the only one. It looks at structure; meaning is the parser's business. The content of
/// OCTET STRINGs is not entered: whoever parses it as DER sends it through the gate again.
/// </summary>
public static class DerGate
{
    /// <summary>Looks at the bytes; never throws for what they hold.</summary>
    /// <param name="der">One element and nothing after it.</param>
    /// <param name="limits">The profile to hold them to.</param>
    public static DerVerdict Examine(ReadOnlySpan<byte> der, DerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.MaxDepth, DerLimits.DeepestNesting, nameof(limits));
        if (der.Length > limits.MaxBytes)
        {
            return new DerVerdict(DerRefusal.TooLong, 0, 0);
        }

        return der.IsEmpty ? new DerVerdict(DerRefusal.Empty, 0, 0) : Walk(der, limits);
    }

    /// <summary>Lets the bytes pass or throws.</summary>
    /// <param name="der">One element and nothing after it.</param>
    /// <param name="limits">The profile to hold them to.</param>
    /// <exception cref="FaultException">Refused: <c>DER_REFUSED</c>, with the reason and the place.</exception>
    public static void Admit(ReadOnlySpan<byte> der, DerLimits limits)
    {
        var verdict = Examine(der, limits);
        if (!verdict.Accepted)
        {
            throw CryptoFaults.Der(verdict);
        }
    }

    private static DerVerdict Walk(ReadOnlySpan<byte> der, DerLimits limits)
    {
        // Ends of the constructed elements that are open, outermost first; slot 0 is the input itself.
        Span<int> ends = stackalloc int[DerLimits.DeepestNesting + 1];
        ends[0] = der.Length;
        int depth = 0, at = 0, nodes = 0;
        var curve = new NamedCurveRule();
        while (at < der.Length)
        {
            var header = DerHeader.Read(der, at, ends[depth]);
            var refusal = ++nodes > limits.MaxNodes ? DerRefusal.TooManyNodes : header.Refusal;
            if (refusal is DerRefusal.None)
            {
                refusal = DerContent.Check(der, header, limits);
            }

            if (refusal is DerRefusal.None)
            {
                refusal = curve.Check(der, header, ends[depth]);
            }

            if (refusal is DerRefusal.None && header.IsConstructed && depth == limits.MaxDepth)
            {
                refusal = DerRefusal.TooDeep;
            }

            if (refusal is DerRefusal.None && depth == 0 && header.End != der.Length)
            {
                refusal = DerRefusal.TrailingBytes;
            }

            if (refusal is not DerRefusal.None)
            {
                return new DerVerdict(refusal, at, nodes);
            }

            at = header.IsConstructed ? header.ContentStart : header.End;
            if (header.IsConstructed)
            {
                ends[++depth] = header.End;
            }

            while (depth > 0 && at == ends[depth])
            {
                depth--;
            }
        }

        return new DerVerdict(DerRefusal.None, der.Length, nodes);
    }
}
