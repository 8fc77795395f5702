namespace DataHub.Kernel.Faults;

/// <summary>Checks of request fields that end in a <see cref="FaultKind.Malformed"/> fault naming the field.</summary>
public static class Require
{
    /// <summary>A text that is there and not too long; returned without surrounding white space.</summary>
    /// <param name="value">The field as sent.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="maxLength">Longest allowed, in UTF-16 code units.</param>
    /// <exception cref="FaultException">Missing, only white space, too long or with a NUL: <c>FIELD_REQUIRED</c>, <c>FIELD_TOO_LONG</c>, <c>FIELD_CHARSET</c>.</exception>
    public static string Text(string? value, string field, int maxLength)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            throw Malformed("FIELD_REQUIRED", field, "is required");
        }

        return OptionalText(text, field, maxLength);
    }

    /// <summary>A text that may be empty; not too long and without NUL.</summary>
    /// <param name="value">The field as sent; null counts as empty.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="maxLength">Longest allowed, in UTF-16 code units.</param>
    /// <exception cref="FaultException">Too long or with a NUL: <c>FIELD_TOO_LONG</c>, <c>FIELD_CHARSET</c>.</exception>
    public static string OptionalText(string? value, string field, int maxLength)
    {
        var text = value?.Trim() ?? "";
        if (text.Length > maxLength)
        {
            throw Malformed("FIELD_TOO_LONG", field, $"may have {maxLength} characters at most");
        }

        return text.Contains('\0', StringComparison.Ordinal)
            ? throw Malformed("FIELD_CHARSET", field, "must not contain a NUL character")
            : text;
    }

    /// <summary>A fault about one field.</summary>
    /// <param name="code">Permanent code.</param>
    /// <param name="field">Path of the field.</param>
    /// <param name="rest">The rest of the sentence after the field's path, without a full stop.</param>
    public static FaultException Malformed(string code, string field, string rest) =>
        new(FaultKind.Malformed, code, $"{field} {rest}.") { Field = field };
}
