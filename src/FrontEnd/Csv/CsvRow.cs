using DataHub.V1;

namespace DataHub.FrontEnd.Csv;

/// <summary>A row of a file as it is sent.</summary>
/// <param name="Line">Line the row begins in, from 1; the header is line 1.</param>
/// <param name="Record">The row; values as they stand in the file.</param>
public readonly record struct CsvRow(long Line, Record Record);
