using DataHub.Kernel.Faults;

namespace DataHub.Kernel.Json;

/// <summary>What canonical JSON refuses. Messages never repeat keys or values: both may be personal.</summary>
internal static class JsonFaults
{
    public static FaultException Number() =>
        new(FaultKind.Malformed, "JSON_NUMBER", "A JSON number must be an integer within 2^53-1, written without fraction or exponent; write decimals as strings.");

    public static FaultException DuplicateKey() =>
        new(FaultKind.Malformed, "JSON_DUPLICATE_KEY", "A JSON object has the same key twice.");

    /// <exception cref="FaultException">The depth is more than allowed: <c>JSON_TOO_DEEP</c>.</exception>
    public static void RefuseDeeper(int depth)
    {
        if (depth > CanonicalJson.MaxDepth)
        {
            throw new FaultException(FaultKind.Malformed, "JSON_TOO_DEEP", $"The JSON is nested deeper than {CanonicalJson.MaxDepth} levels.");
        }
    }

    public static FaultException Text() =>
        new(FaultKind.Malformed, "JSON_TEXT", "A JSON string holds a lone surrogate or bytes that are not UTF-8.");
}
